import { expect, test } from 'vitest'
import { manualClock, silentLogger, type JsonObject } from '#base'
import { createEngine } from '#detect'
import { objectsAt } from '#event'
import type { Rule } from '#rule'
import { memoryStore, type NewEvent } from '#store'
import {
  eventOf,
  generatedDocuments,
  generatedRules,
  hasGenerated,
  installedFrom,
  publicRule,
  type GeneratedDocument,
} from '../support/geneve.ts'
import { eventsReaching, shortOf, withFields } from '../support/threshold-events.ts'
import { withoutSharedData } from '../support/shared-data.ts'

/**
 * Documents that an independent generator made from public rules, one for each way of satisfying the query:
 * each must raise its rule's alert in a run of the engine, with nothing before it in the store.
 */

const nowMs = Date.UTC(2026, 2, 2, 12)

async function alertsOf(rule: Rule, events: readonly NewEvent[]): Promise<number> {
  const clock = manualClock(nowMs)
  const store = memoryStore({ clock })
  await store.events.append(events)
  const engine = createEngine({ store, clock, logger: silentLogger })
  const { created } = await engine.executeOnce(installedFrom(rule, nowMs), { startedAtMs: nowMs })
  return created
}

/** The rules of some types in KQL or EQL that have documents, with these. */
function subjects(
  ...types: readonly string[]
): readonly { readonly rule: Rule; readonly documents: readonly GeneratedDocument[] }[] {
  const documents = generatedDocuments()
  return generatedRules()
    .filter(({ type, language }) => ['kuery', 'eql'].includes(language) && types.includes(type))
    .flatMap(({ ruleId, path }) => {
      const own = documents.get(ruleId) ?? []
      const rule = own.length === 0 ? undefined : publicRule(path)
      return rule === undefined ? [] : [{ rule, documents: own }]
    })
}

/** A rule for new terms needs values that the generator, which goes by the query, need not have made. */
function withTerms({ params }: Rule, { source }: GeneratedDocument): JsonObject {
  return params.type === 'new_terms' ? withFields(source, params.newTermsFields) : source
}

/** Documents that stay silent, each with the reason. */
const silentWithReason: ReadonlyMap<string, string> = new Map([
  [
    'Protected Storage Service Access via SMB, branch 0',
    'the quoted * of its query is literal; the real stack raised no alert either',
  ],
])

test('every document made from a public rule raises that rule’s alert', async (context) => {
  context.skip(!hasGenerated, withoutSharedData)
  const silent: string[] = []
  let told = 0
  for (const { rule, documents } of subjects('query', 'new_terms')) {
    for (const document of documents) {
      const source = withTerms(rule, document)
      const created = await alertsOf(rule, [eventOf(rule, source, nowMs - 1_000)])
      if (created === 0) silent.push(`${rule.name}, branch ${document.branch}`)
      else told++
    }
  }
  expect(silent).toEqual([...silentWithReason.keys()])
  expect(told).toBeGreaterThan(1_000)
}, 180_000)

test('every document made from a threshold rule, repeated as its threshold asks, raises one alert, and one less stays silent', async (context) => {
  context.skip(!hasGenerated, withoutSharedData)
  const wrong: string[] = []
  const all = subjects('threshold')
  for (const { rule, documents } of all) {
    for (const { source, branch } of documents) {
      const events = eventsReaching(rule, source, nowMs - 60_000)
      const told = await alertsOf(rule, events)
      const less = await alertsOf(rule, shortOf(rule, events))
      if (told !== 1 || less !== 0) {
        wrong.push(`${rule.name}, branch ${branch}: ${told} alerts, ${less} of one less`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(all).toHaveLength(9)
}, 60_000)

const literalStar =
  'a list asks for * as a character, the generator took it for a pattern; the real stack raised too few alerts as well'
const backquotes = 'the generator took back-quotes for a part of the name'

/** EQL rules of which some documents stay silent: how many ways of satisfying each, and why. */
const silentInEql: ReadonlyMap<string, readonly [count: number, reason: string]> = new Map([
  ['AppArmor Profile Compilation via apparmor_parser', [18, literalStar]],
  ['Direct Interactive Kubernetes API Request by Unusual Utilities', [64, backquotes]],
  ['Kubernetes Forbidden Creation Request', [1, backquotes]],
  ['Kubernetes User Exec into Pod', [64, backquotes]],
  [
    'Linux Group Creation',
    [1, 'it asks for two types, the generator made one; the real stack raised no alert either'],
  ],
  ['Microsoft IIS Service Account Password Dumped', [2, literalStar]],
  ['Privilege Escalation via CAP_CHOWN/CAP_FOWNER Capabilities', [8, literalStar]],
])

/** So many ways of satisfying a rule lie in one store, and follow one another within its window. */
const branchesAtATime = 200

/** How many ways of satisfying an EQL rule make no alert on their events, all of them and no others. */
async function silentOf(
  rule: Rule,
  branches: readonly (readonly GeneratedDocument[])[],
): Promise<number> {
  const clock = manualClock(nowMs)
  const store = memoryStore({ clock })
  const engine = createEngine({ store, clock, logger: silentLogger })
  const idOf = ({ branch, position }: GeneratedDocument) => `${branch}-${position}`
  const documents = branches.flat()
  const firstMs = nowMs - 300_000
  await store.events.append(
    documents.map((each, at) => ({ ...eventOf(rule, each.source, firstMs + at), id: idOf(each) })),
  )
  const installed = installedFrom({ ...rule, maxAlerts: 1_000 }, nowMs)
  await engine.executeOnce(installed, { startedAtMs: nowMs })
  const { items } = await engine.alerts.list({ limit: 10_000 })
  const told = new Set(items.map(({ body }) => eventsOf(body).join()))
  return branches.filter((branch) => !told.has(branch.map(idOf).join())).length
}

/** The ids of the events that an alert comes from, in their order. */
function eventsOf(alert: JsonObject): readonly string[] {
  return objectsAt(alert, 'kibana.alert.ancestors').flatMap(({ type, id }) =>
    type === 'event' ? [String(id)] : [],
  )
}

test('every event and every sequence made from an EQL rule raises its alert', async (context) => {
  context.skip(!hasGenerated, withoutSharedData)
  const silent = new Map<string, number>()
  const made = { events: 0, sequences: 0 }
  for (const { rule, documents } of subjects('eql')) {
    const branches = [...Map.groupBy(documents, ({ branch }) => branch).values()]
    for (let at = 0; at < branches.length; at += branchesAtATime) {
      const count = await silentOf(rule, branches.slice(at, at + branchesAtATime))
      if (count > 0) silent.set(rule.name, (silent.get(rule.name) ?? 0) + count)
    }
    made.sequences += branches.filter(({ length }) => length > 1).length
    made.events += branches.filter(({ length }) => length === 1).length
  }
  expect(Object.fromEntries(silent)).toEqual(
    Object.fromEntries([...silentInEql].map(([name, [count]]) => [name, count])),
  )
  expect(made).toEqual({ events: 6_369, sequences: 1_566 })
}, 180_000)
