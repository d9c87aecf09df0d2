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

test('a technique is watched only by rules that are on and whose data comes', () => {
  const [execution] = matrixOf(
    [
      rule('a', true, 'T1'),
      rule('b', true, 'T1'),
      rule('c', true, 'T2'),
      rule('d', false, 'T3'),
      rule('e', true, 'T4'),
    ],
    [readiness('a', 'could-fire'), readiness('b', 'could-fire'), readiness('c', 'cannot-fire')],
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
  ])
  expect(execution?.cells[2]?.rules[0]?.why).toBe('no data')
})
