import { expect, test } from 'vitest'
import { matrixOf } from './matrix.ts'

const rule = (id: string, enabled: boolean, technique: string) => ({
  id,
  rule_id: id,
  enabled,
  revision: 0,
  immutable: false,
  runnable: true,
  rule: {
    name: id,
    threat: [
      {
        tactic: { id: 'TA0002', name: 'Execution' },
        technique: [
          { id: technique, name: 'A technique', subtechnique: [{ id: `${technique}.001` }] },
        ],
      },
    ],
  },
})
const readiness = (id: string, verdict: 'cannot-fire' | 'could-fire') => ({
  rule_id: id,
  name: id,
  enabled: true,
  verdict,
  reasons:
    verdict === 'could-fire' ? [] : [{ code: 'c', weight: 'blocks' as const, message: 'no data' }],
  indices: [],
  patterns_without_data: [],
})

const tests = (id: string, state: 'passed' | 'failed' | 'waiting') => ({
  rule_id: id,
  state,
  tests: state === 'waiting' ? 0 : 3,
  failed: state === 'failed' ? 1 : 0,
})

test('a technique is watched only by rules that are on, whose data comes and whose tests pass', () => {
  const [execution] = matrixOf(
    [
      rule('a', true, 'T1'),
      rule('b', true, 'T1'),
      rule('c', true, 'T2'),
      rule('d', false, 'T3'),
      rule('e', true, 'T4'),
      rule('f', true, 'T5'),
      rule('g', true, 'T5'),
      rule('h', true, 'T5'),
    ],
    [readiness('a', 'could-fire'), readiness('b', 'could-fire'), readiness('c', 'cannot-fire')],
    [
      ...['a', 'b', 'c', 'd', 'e'].map((id) => tests(id, 'passed')),
      tests('f', 'failed'),
      tests('g', 'waiting'),
    ],
  )
  expect(execution?.cells.map(({ id, state }) => [id, state])).toEqual([
    ['T1', 'watching'],
    ['T1.001', 'watching'],
    ['T2', 'blind'],
    ['T2.001', 'blind'],
    ['T3', 'off'],
    ['T3.001', 'off'],
    ['T4', 'thin'],
    ['T4.001', 'thin'],
    ['T5', 'unproven'],
    ['T5.001', 'unproven'],
  ])
  expect(execution?.cells[2]?.rules[0]?.why).toBe('no data')
  expect(execution?.cells[8]?.rules.map(({ doubt }) => doubt)).toEqual([
    '1 of its 3 tests fail',
    'its tests are being run',
    'it has no tests',
  ])
})
