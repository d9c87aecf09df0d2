import { expect, test } from 'vitest'
import { completed, completionsOf } from './alert-fields.ts'

const row = {
  id: 'a',
  status: 'open',
  closed_as: '',
  severity: 'low',
  risk_score: 1,
  created_at: '',
  happened_at: '',
  rule: 'A "rule"',
  rule_uuid: '',
  host: 'edge-1',
  user: 'ann',
  what: '',
  new_terms: [],
  suppressed: 0,
} as const

test('fields are offered by what they begin with, values by what the rows show', () => {
  expect(completionsOf('host', [])[0]).toBe('host.name: ')
  expect(completionsOf('user.name: ann and host.name: ed', [row])).toEqual(['"edge-1"'])
  expect(completionsOf('kibana.alert.rule.name:', [row])).toEqual(['"A \\"rule\\""'])
  expect(completionsOf('', [row])).toEqual([])
})

test('a completion takes the place of the word that it completes', () => {
  expect(completed('user.name: ann and ho', 'host.name: ')).toBe('user.name: ann and host.name: ')
  expect(completed('host.name: ed', '"edge-1"')).toBe('host.name: "edge-1"')
  expect(completed('host.name:', '"$&"')).toBe('host.name:"$&"')
})
