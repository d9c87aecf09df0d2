import { expect, test } from 'vitest'
import { sentenceOf } from './sentence.ts'

const start = {
  process: { name: 'docker', parent: { executable: '/tmp/upd' } },
  host: { name: 'edge' },
  user: { name: 'deploy' },
}

test('what was started, where, by what and as whom; what is absent is left out', () => {
  expect(sentenceOf(start)).toBe('docker was started on edge by /tmp/upd as deploy.')
  expect(sentenceOf({ process: { name: 'ls' } })).toBe('ls was started.')
})

test('what was new says over what time and on which hosts', () => {
  const fresh = {
    ...start,
    'kibana.alert.new_terms': ['/tmp/upd'],
    'kibana.alert.rule.parameters': {
      new_terms_fields: ['process.parent.executable'],
      history_window_start: 'now-14d',
    },
  }
  expect(sentenceOf(fresh)).toContain(
    'The rule had not seen /tmp/upd on any host in the 14d before.',
  )
  const scoped = {
    ...fresh,
    'kibana.alert.rule.parameters': {
      new_terms_fields: ['host.id', 'process.parent.executable'],
      history_window_start: 'now-14d',
    },
  }
  expect(sentenceOf(scoped)).toContain('on this host')
})

test('an alert about no process says its reason', () => {
  expect(sentenceOf({ 'kibana.alert.reason': 'because' })).toBe('because')
})
