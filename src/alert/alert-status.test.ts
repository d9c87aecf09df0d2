import { expect, test } from 'vitest'
import { statusOf, withStatus } from './alert-status.ts'

const open = { 'kibana.alert.workflow_status': 'open' }

test('a move tells the new status, when, why and by whom', () => {
  const change = { status: 'closed', atMs: 0, reason: 'benign', user: 'ann' } as const
  expect(withStatus(open, change)).toEqual({
    'kibana.alert.workflow_status': 'closed',
    'kibana.alert.workflow_status_updated_at': '1970-01-01T00:00:00.000Z',
    'kibana.alert.workflow_reason': 'benign',
    'kibana.alert.workflow_user': 'ann',
  })
})

test('a move to where the alert stands already changes nothing', () => {
  const closed = withStatus(open, { status: 'closed', atMs: 0 })
  expect(withStatus(closed, { status: 'closed', atMs: 99 })).toBe(closed)
})

test('a reason goes when the alert is opened again', () => {
  const closed = withStatus(open, { status: 'closed', atMs: 0, reason: 'benign' })
  const again = withStatus(closed, { status: 'open', atMs: 1 })
  expect(again['kibana.alert.workflow_reason']).toBeUndefined()
  expect(statusOf(again)).toBe('open')
})

test('the older word in-progress is read as acknowledged', () => {
  expect(statusOf({ 'kibana.alert.workflow_status': 'in-progress' })).toBe('acknowledged')
})
