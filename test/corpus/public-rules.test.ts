import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  hasErrors,
  isJsonObject,
  manualClock,
  silentLogger,
  type JsonObject,
  type JsonValue,
} from '#base'
import { compileRule, createEngine, type Engine, type RuleReadiness } from '#detect'
import { ecsCatalogue } from '#event'
import { checkRule, readRules, type Rule } from '#rule'
import { openStore, type NewEvent, type Store } from '#store'
import { eventOf, generatedDocuments, hasGenerated, installedFrom } from '../support/geneve.ts'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'

/**
 * Every public rule of a type that runs is loaded, checked, planned and executed over a store with events that
 * nobody here wrote: recorded ones, and those that were generated from the rules.
 */

const nowMs = Date.UTC(2026, 2, 2, 12)
const rulesFolder = sharedData('rules/rules')
const eventsFolder = sharedData('events')

const hasData = rulesFolder !== undefined && eventsFolder !== undefined && hasGenerated
let directory: string
let store: Store
let engine: Engine
let rules: readonly Rule[]
let runnable: readonly Rule[]

beforeAll(async () => {
  if (!hasData) return
  directory = await mkdtemp(join(tmpdir(), 'vedette-corpus-'))
  const clock = manualClock(nowMs)
  store = await openStore({ kind: 'embedded', directory, clock, segmentEvents: 4_000 })
  rules = publicRules(rulesFolder)
  runnable = rules.filter((rule) => compileRule(rule, ecsCatalogue()).ok)
  for (const portion of portionsOf([...recordedEvents(eventsFolder), ...generatedEvents(rules)])) {
    const outcomes = await store.events.append(portion)
    const refused = outcomes.find(({ status }) => status !== 'created')
    if (refused !== undefined) throw new Error(JSON.stringify(refused))
  }
  engine = createEngine({ store, clock, logger: silentLogger })
}, 120_000)
afterAll(async () => {
  if (!hasData) return
  await store.close()
  await rm(directory, { recursive: true })
})

test('what is not executed is of a type that does not run, or one of few ES|QL rules', (context) => {
  context.skip(!hasData, withoutSharedData)
  const left = rules.filter((rule) => !runnable.includes(rule)).map(({ params }) => params.type)
  expect([...new Set(left)].filter((type) => type !== 'esql')).toEqual(['machine_learning'])
  // The others ask a language model, measure distances on the globe, or need expressions that could explode.
  expect(left.filter((type) => type === 'esql').length).toBeLessThan(15)
  expect(runnable.length).toBeGreaterThan(900)
})

test('every one of them is executed without an error, and none fires of which it is said that it cannot', async (context) => {
  context.skip(!hasData, withoutSharedData)
  const found = await engine.readinessOf(runnable)
  const wrong: string[] = []
  const fired: RuleReadiness[] = []
  for (const [at, rule] of runnable.entries()) {
    const { errors, created } = await engine.executeOnce(installedFrom(rule, nowMs), {
      startedAtMs: nowMs,
    })
    if (errors.length > 0) wrong.push(`${rule.name}: ${JSON.stringify(errors)}`)
    const readiness = found[at]
    if (readiness === undefined) wrong.push(`${rule.name}: nothing is said of it`)
    else if (created > 0) fired.push(readiness)
    if (created > 0 && readiness?.verdict === 'cannot-fire') wrong.push(`${rule.name} fired`)
  }
  expect(wrong).toEqual([])
  const stuck = found.filter(({ verdict }) => verdict === 'cannot-fire')
  const unexplained = stuck.filter(({ reasons }) =>
    reasons.every(({ weight }) => weight === 'doubt'),
  )
  expect(unexplained).toEqual([])
  // The events were made for half of the rules: many fire, and many of the others lack their data.
  expect(fired.length).toBeGreaterThan(200)
  expect(stuck.length).toBeGreaterThan(50)
}, 300_000)

/** Every rule of the collection; a file that cannot be read whole, or a rule with an error, fails the test. */
function publicRules(folder: string): readonly Rule[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((path) => path.endsWith('.toml'))
    .toSorted()
    .map((path) => {
      const { rules, diagnostics } = readRules(readFileSync(join(folder, path)), { path })
      const [rule] = rules
      if (rule === undefined || rules.length > 1) throw new Error(`${path}: ${rules.length} rules`)
      const found = [...diagnostics, ...checkRule(rule, { nowMs, fields: ecsCatalogue() })]
      if (hasErrors(found)) throw new Error(`${path}: ${JSON.stringify(found)}`)
      return rule
    })
}

/** Public recordings, as if they had just come, in the indices that such sources write. */
function recordedEvents(folder: string): readonly NewEvent[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ecs.ndjson.gz'))
  return files.flatMap((file) => {
    const isLinux = file.includes('linux')
    const index = isLinux
      ? 'logs-endpoint.events.process-default'
      : 'logs-windows.sysmon_operational-default'
    const lines = gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .split('\n')
    return lines
      .filter((line) => line !== '')
      .map((line): JsonValue => JSON.parse(line))
      .filter(isJsonObject)
      .map((source, at) => ({ index, source: justNow(source, at) }))
  })
}

function justNow(source: JsonObject, at: number): JsonObject {
  const time = new Date(nowMs - 240_000 + at).toISOString()
  const event = isJsonObject(source['event']) ? source['event'] : {}
  return { ...source, '@timestamp': time, event: { ...event, ingested: time } }
}

function generatedEvents(rules: readonly Rule[]): readonly NewEvent[] {
  const documents = generatedDocuments()
  return rules.flatMap((rule) =>
    (documents.get(rule.ruleId) ?? [])
      .slice(0, 20)
      .map(({ source }, at) => eventOf(rule, source, nowMs - 60_000 + at)),
  )
}

function portionsOf(events: readonly NewEvent[]): readonly (readonly NewEvent[])[] {
  return Array.from({ length: Math.ceil(events.length / 500) }, (_, at) =>
    events.slice(at * 500, (at + 1) * 500),
  )
}
