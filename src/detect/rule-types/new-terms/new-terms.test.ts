import { expect, test } from 'vitest'
import { benchOf, installedOf, noonMs } from '../../detect.fixture.ts'

test('a document of a thousand million combinations is told of, and nothing else stands still', async () => {
  const bench = benchOf()
  const many = (name: string) => Array.from({ length: 1_000 }, (_, i) => `${name}${i}`)
  await bench.add({ at: -1, first: many('a'), second: many('b'), third: many('c') })
  await bench.add({ at: -2, first: 'a', second: 'b', third: 'c' })
  const rule = installedOf({
    type: 'new_terms',
    new_terms_fields: ['first', 'second', 'third'],
    history_window_start: 'now-1d',
    max_signals: 1,
  })
  let turns = 0
  const turning = setInterval(() => turns++, 1)
  const record = await bench.engine.executeOnce(rule, { startedAtMs: noonMs })
  clearInterval(turning)
  expect(record).toMatchObject({ created: 1, status: 'partial failure' })
  expect(record.warnings.map(({ kind }) => kind)).toEqual(['too_many_combinations', 'max_alerts'])
  expect(turns).toBeGreaterThan(0)
})
