import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { benchOf, installedOf, minuteMs, noonMs } from '../detect.fixture.ts'

const at = (minutes: number) => new Date(noonMs + minutes * minuteMs).toISOString()

/** One execution at noon over events at minutes before it. */
async function executed(members: JsonObject, minutes: readonly number[]) {
  const bench = benchOf()
  await bench.add(...minutes.map((minute, i) => ({ at: -minute, name: `n${i}` })))
  return bench.engine.executeOnce(installedOf({ max_signals: 2, ...members }), {
    startedAtMs: noonMs,
  })
}

test('an execution that reaches its limit says how many alerts it left out, and of which time', async () => {
  const record = await executed({}, [8, 7, 6, 4, 3])
  expect(record).toMatchObject({
    status: 'partial failure',
    created: 2,
    cut: { alerts: 3, more: false, events: { from: at(-6), to: at(-3) } },
  })
  expect(record.warnings).toEqual([
    {
      kind: 'max_alerts',
      message:
        'the maximum alert limit for this execution was reached; some alerts were not created: ' +
        `3 of the window from ${at(-9)} to ${at(0)}, at a limit of 2, on events from ${at(-6)} to ${at(-3)}`,
    },
  ])
})

test('exactly as many alerts as the limit allows cut nothing', async () => {
  expect(await executed({}, [8, 7])).toMatchObject({ status: 'succeeded', created: 2, cut: null })
})

test('beyond a thousand it says at least how many', async () => {
  const record = await executed(
    {},
    Array.from({ length: 1_500 }, () => 5),
  )
  expect(record.cut?.more).toBe(true)
  expect(record.cut?.alerts).toBeGreaterThanOrEqual(1_000)
  expect(record.warnings[0]?.message).toMatch(/created: at least 1\d\d\d of the window/)
})

const manners: readonly (readonly [string, JsonObject])[] = [
  ['query', { alert_suppression: { group_by: ['name'] } }],
  [
    'threshold',
    {
      type: 'threshold',
      threshold: { field: ['name'], value: 1 },
      alert_suppression: { duration: { value: 1, unit: 'h' } },
    },
  ],
  [
    'new_terms',
    {
      type: 'new_terms',
      new_terms_fields: ['name'],
      history_window_start: 'now-1d',
      alert_suppression: { group_by: ['name'] },
    },
  ],
]

test.each(manners)('with suppression there is more than was looked at (%s)', async (_, members) => {
  const record = await executed(members, [8, 7, 6, 4, 3])
  expect(record).toMatchObject({ created: 2, cut: { more: true } })
  expect(record.warnings[0]?.kind).toMatch('max_alerts')
})

test('what several windows cut is told of each and added up', async () => {
  const bench = benchOf()
  const minutes = [24, 23, 22, 4, 3, 2]
  await bench.add(...minutes.map((minute) => ({ at: -minute })))
  const rule = installedOf({ max_signals: 2, from: 'now-5m' })
  const record = await bench.engine.executeOnce(rule, {
    startedAtMs: noonMs,
    previousStartedAtMs: noonMs - 25 * minuteMs,
  })
  expect(record.warnings).toHaveLength(2)
  expect(record).toMatchObject({
    created: 4,
    cut: { alerts: 2, more: false, events: { from: at(-22), to: at(-2) } },
  })
})
