/**
 * What does one scheduled execution of a new-terms rule over two weeks of history cost with the index of first
 * sightings, against reading history? Both engines run the same rule at the same time over the same store on
 * disk; their alerts are compared first. One JSON line a row.
 * `node bench/new-terms-execution.bench.ts [--quick]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, manualClock, silentLogger, systemClock } from '#base'
import { createEngine, type Engine } from '#detect'
import { ruleFromWire } from '#rule'
import { openStore, type Store } from '#store'
import { rounded, sayRow } from './support/row.ts'
import { median, sideBySide, timed } from './support/side-by-side.ts'
import { fleetStream, processHeavy } from './support/streams.ts'

const quick = process.argv.includes('--quick')
const count = quick ? 20_000 : 200_000
const rounds = 7
const dayMs = 86_400_000
const spanMs = 14 * dayMs
const clock = manualClock(fleetStream.startMs)

const { rule } = ruleFromWire({
  rule_id: 'bench',
  name: 'A parent that a host has not had',
  description: 'For a bench.',
  type: 'new_terms',
  language: 'kuery',
  query: 'event.category: process and event.type: start',
  new_terms_fields: ['host.id', 'process.parent.executable'],
  history_window_start: 'now-14d',
  index: ['logs-endpoint.events.process*'],
  severity: 'low',
  risk_score: 21,
  from: 'now-1h',
  interval: '30m',
  enabled: true,
  max_signals: 1_000,
})

const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
try {
  const store = await openStore({ kind: 'embedded', directory, clock })
  await fill(store)
  await compare(store)
  await store.close()
} finally {
  await rm(directory, { recursive: true })
}

async function fill(store: Store): Promise<void> {
  const { index } = processHeavy
  const options = { ...fleetStream, count, stepMs: spanMs / count, attacksPerMillion: 50_000 }
  let batch: { readonly index: string; readonly source: (typeof sources)[number] }[] = []
  const sources = [...processHeavy.events(options)]
  for (const source of sources) {
    batch.push({ index, source })
    if (batch.length < 2_000) continue
    await store.events.append(batch)
    batch = []
  }
  await store.events.append(batch)
  await store.events.retain({})
  // The stream ends about two weeks later, by chance.
  await clock.advanceTo(Date.parse(String(sources.at(-1)?.['@timestamp'])))
}

async function compare(store: Store): Promise<void> {
  const make = (indexesFirstSeen: boolean): Engine =>
    createEngine({ store, clock, logger: silentLogger, indexesFirstSeen })
  const reading = make(false)
  assert(rule !== undefined, 'the rule is right')
  const { uuid } = await reading.rules.install(rule, { user: 'bench' })
  await reading.start()
  const first = await reading.runNow(uuid)
  const alerts = await reading.alerts.count({})
  assert(first.status === 'succeeded' && alerts > 0, 'there is something new')
  await reading.stop()

  const indexed = make(true)
  await indexed.start()
  const learnMs = await timed(async () => {
    await indexed.runNow(uuid)
    while (indexed.facts().firstSeen.indexes.some(({ state }) => state === 'learning')) {
      await systemClock.sleep(5)
    }
  })
  const run = (engine: Engine) => () =>
    timed(async () => {
      const record = await engine.runNow(uuid)
      assert(record.status === 'succeeded' && record.candidates === first.candidates, 'the same')
    })
  // One scheduler at a time would be at work in a house; neither has anything due here.
  await reading.start()
  const { oursMs, yardstickMs, timeRatio } = await sideBySide(rounds, {
    ours: run(indexed),
    yardstick: run(reading),
  })
  assert((await reading.alerts.count({})) === alerts, 'the same alerts')
  const { answered, combinations } = indexed.facts().firstSeen
  assert(answered.byIndex > 0, 'the index answered')
  sayRow({
    row: `an execution over ${count} events of two weeks, with the index against reading history`,
    ratio: timeRatio,
    indexedMs: rounded(median(oursMs)),
    readingMs: rounded(median(yardstickMs)),
    learnMs: Math.round(learnMs),
    combinations,
    ...answered,
  })
  await indexed.stop()
  await reading.stop()
}
