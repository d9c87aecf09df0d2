import { expect, test } from 'vitest'
import { manualClock, silentLogger, type JsonObject } from '#base'
import { createEngine } from '#detect'
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

/** The rules of some types in KQL that have documents, with these. */
function subjects(
  ...types: readonly string[]
): readonly { readonly rule: Rule; readonly documents: readonly GeneratedDocument[] }[] {
  const documents = generatedDocuments()
  return generatedRules()
    .filter(({ type, language }) => language === 'kuery' && types.includes(type))
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
