import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { at, context, noonMs, storeWith } from './investigate.fixture.ts'
import { bucketCount, whyNew } from './why-new.ts'

const dayMinutes = 1_440
const rule = { filter: { kind: 'all' }, indices: ['logs-*'] } as const

const launch = (minutes: number, parent: string, host = 'a'): JsonObject => ({
  '@timestamp': at(minutes),
  host: { name: host },
  process: { name: 'docker', parent: { executable: parent } },
})

const alert: JsonObject = {
  'kibana.alert.original_time': at(0),
  'kibana.alert.rule.execution.timestamp': at(0),
  'kibana.alert.new_terms': ['/tmp/x'],
  'kibana.alert.rule.parameters': {
    new_terms_fields: ['process.parent.executable'],
    history_window_start: 'now-5d',
  },
}

test('the history shows how often and where the other values were seen, the most frequent first', async () => {
  const events = await storeWith(
    launch(-6 * dayMinutes, '/bin/before-the-history'),
    launch(-4 * dayMinutes, '/bin/sh', 'b'),
    launch(-3 * dayMinutes, '/bin/make'),
    launch(-60, '/bin/make', 'b'),
    launch(0, '/tmp/x'),
    launch(5, '/bin/after-the-alert'),
  )
  const why = await whyNew(alert, rule, { events, context })
  expect(why?.own).toMatchObject({ value: ['/tmp/x'], count: 1, hosts: 1, firstMs: noonMs })
  expect(why?.others.map(({ value, count, hosts }) => [value, count, hosts])).toEqual([
    [['/bin/make'], 2, 2],
    [['/bin/sh'], 1, 1],
  ])
  const make = why?.others[0]?.buckets ?? []
  expect(make).toHaveLength(bucketCount)
  expect(make.reduce((sum, count) => sum + count, 0)).toBe(2)
  expect(make.at(-1)).toBe(1)
  expect(why).toMatchObject({ coverage: 1, completeAtMs: undefined, isCut: false, moreOthers: 0 })
})

test('a history that begins late is told as learning, with the day on which it is complete', async () => {
  const events = await storeWith(launch(-dayMinutes, '/bin/sh'), launch(0, '/tmp/x'))
  const why = await whyNew(alert, rule, { events, context })
  expect(why?.coverage).toBeCloseTo(0.2)
  expect(why?.completeAtMs).toBe(noonMs + 4 * 86_400_000)
})

test('without any event of its own left, the value is told as not seen', async () => {
  const why = await whyNew(alert, rule, { events: await storeWith(), context })
  expect(why?.own).toMatchObject({ count: 0, hosts: 0 })
  expect(why).toMatchObject({ coverage: 0, historyFromMs: undefined })
})

test('several fields are compared together, and each of several values counts', async () => {
  const both = {
    ...alert,
    'kibana.alert.new_terms': ['a', '/tmp/x'],
    'kibana.alert.rule.parameters': {
      new_terms_fields: ['host.name', 'process.parent.executable'],
      history_window_start: 'now-5d',
    },
  }
  const events = await storeWith(launch(-5, '/tmp/x', 'b'), {
    ...launch(0, '/tmp/x'),
    host: { name: ['a', 'c'] },
  })
  const why = await whyNew(both, rule, { events, context })
  expect(why?.own.count).toBe(1)
  expect(why?.others.map(({ value }) => value)).toEqual([
    ['c', '/tmp/x'],
    ['b', '/tmp/x'],
  ])
})

test('an alert about nothing new has no such answer', async () => {
  const plain = { 'kibana.alert.original_time': at(0) }
  expect(await whyNew(plain, rule, { events: await storeWith(), context })).toBeUndefined()
})
