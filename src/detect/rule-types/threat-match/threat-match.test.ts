import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { checkRule, readRules } from '#rule'
import { acceptedEvents } from '#store'
import { sharedData, withoutSharedData } from '../../../../test/support/shared-data.ts'
import { benchOf, installedOf, minuteMs, noonMs, ruleOf, settled } from '../../detect.fixture.ts'
import { keySet } from './key-set.ts'

const corpus = sharedData('rules/rules')

const rule = {
  type: 'threat_match',
  query: '*',
  index: ['logs-test-*'],
  threat_query: 'event.kind: enrichment',
  threat_index: ['logs-ti_*'],
  threat_mapping: [
    { entries: [{ field: 'source.ip', type: 'mapping', value: 'threat.indicator.ip' }] },
  ],
} as const

function indicator(ip: string, more: JsonObject = {}): { index: string; source: JsonObject } {
  const source = { 'event.kind': 'enrichment', 'threat.indicator.ip': ip, ...more }
  return { index: 'logs-ti_own.indicator-default', source }
}

test('every public rule of this type compiles, has nothing wrong, and runs without an error', async (context) => {
  context.skip(corpus === undefined, withoutSharedData)
  const rules = globSync(`${corpus}/**/*threat_intel*.toml`)
    .flatMap((path) => readRules(readFileSync(path), { path }).rules)
    .filter(({ params }) => params.type === 'threat_match')
  expect(rules).toHaveLength(9)
  const bench = benchOf()
  await bench.add({ at: -1, source: { ip: '203.0.113.7' } })
  await bench.store.events.append([
    { index: 'filebeat-8.1', source: {} },
    { index: 'logs-ti_rapid7_threat_command_latest.vulnerability', source: {} },
    { index: 'logs-ti_x-default', source: {} },
  ])
  for (const each of rules) {
    const problems = checkRule(each, { nowMs: noonMs, fields: ecsCatalogue() })
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    const installed = { ...installedOf({}), uuid: each.ruleId, rule: each }
    const record = await bench.engine.executeOnce(installed, { startedAtMs: noonMs })
    expect(record.errors).toEqual([])
    expect(record.warnings.filter(({ kind }) => kind !== 'missing_timestamp_field')).toEqual([])
  }
})

test('an event that matches a known indicator alerts before its execution is due, under the same id', async () => {
  const bench = benchOf()
  await bench.store.events.append([indicator('203.0.113.7')])
  await bench.engine.rules.install(ruleOf(rule), { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  bench.engine.offer(
    await bench.add(
      { at: 0, source: { ip: '203.0.113.7' } },
      { at: 0, source: { ip: '10.0.0.1' } },
    ),
  )
  await bench.engine.idle()
  const early = await bench.alertIds()
  expect(early).toHaveLength(1)
  await bench.advance(20)
  expect(await bench.alertIds()).toEqual(early)
  await bench.engine.stop()
})

test('an indicator that comes while the rule is at work is known to the next event', async () => {
  const bench = benchOf()
  await bench.store.events.append([indicator('203.0.113.7')])
  await bench.engine.rules.install(ruleOf(rule), { user: 'test' })
  await bench.engine.start()
  await settled(bench.engine)
  bench.engine.offer(await bench.add({ at: 0, source: { ip: '203.0.113.8' } }))
  await bench.engine.idle()
  expect(await bench.alertIds()).toEqual([])
  const fresh = indicator('203.0.113.8')
  bench.engine.offer(acceptedEvents([fresh], await bench.store.events.append([fresh])))
  bench.engine.offer(await bench.add({ at: 0, source: { ip: '203.0.113.8' } }))
  await bench.engine.idle()
  expect(await bench.alertIds()).toHaveLength(1)
  // The event that came before the indicator is left to the execution.
  await bench.advance(6)
  expect(await bench.alertIds()).toHaveLength(2)
  await bench.engine.stop()
})

test('an execution that takes longer than the interval of its rule fails and says so', async () => {
  const { store, clock } = benchOf()
  const slow = {
    ...store,
    events: {
      ...store.events,
      async *search(request: Parameters<typeof store.events.search>[0]) {
        for await (const page of store.events.search(request)) {
          await clock.advanceTo(clock.nowMs() + 6 * minuteMs)
          yield page
        }
      },
    },
  }
  const bench = benchOf({}, { store: slow, clock })
  await bench.store.events.append([indicator('203.0.113.7')])
  await bench.add({ at: 0, source: { ip: '203.0.113.7' } })
  const record = await bench.engine.executeOnce(installedOf(rule), { startedAtMs: noonMs })
  expect(record.status).toBe('failed')
  expect(record.errors[0]?.message).toMatch(/longer than the rule's interval of 5m/)
  expect(await bench.alertIds()).toEqual([])
})

test('an alert tells two hundred indicators at most, and the execution says that there are more', async () => {
  const bench = benchOf()
  await bench.store.events.append(
    Array.from({ length: 201 }, (_, n) => indicator('203.0.113.7', { 'labels.n': n })),
  )
  await bench.add({ at: -1, source: { ip: '203.0.113.7' } })
  const record = await bench.engine.executeOnce(installedOf(rule), { startedAtMs: noonMs })
  expect(record).toMatchObject({ created: 1, warnings: [{ kind: 'too_many_indicators' }] })
  const { items } = await bench.engine.alerts.list({})
  expect(items[0]?.body['threat']).toMatchObject({ enrichments: { length: 200 } })
})

test('a set of keys holds what was added and, of very many others, next to nothing', () => {
  const set = keySet()
  for (let n = 0; n < 50_000; n++) set.add(`key ${n}`)
  for (let n = 0; n < 50_000; n++) set.add(`key ${n}`)
  expect(set.size).toBe(50_000)
  const held = (prefix: string) =>
    Array.from({ length: 50_000 }, (_, n) => set.has(`${prefix} ${n}`)).filter(Boolean).length
  expect(held('key')).toBe(50_000)
  expect(held('other')).toBe(0)
})
