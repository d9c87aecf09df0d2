import { canonicalJson, messageOf, unreachable, type JsonObject, type JsonValue } from '#base'
import {
  compareOrdinals,
  compileFilter,
  compileStages,
  evaluateFilter,
  filterOfStages,
  matchSamples,
  matchSequences,
  sequenceMachine,
  throughPipes,
  type EventQueryPlan,
  type FilterPlan,
  type JoinKey,
  type SequenceMatch,
  type SequencePlan,
  type StageContext,
} from '#query'
import type { Store, StoredEvent } from '#store'
import { elementsOf, textOf } from '../json.ts'
import { resultOf, type CaseResult, type Difference } from '../outcome.ts'
import type { EqlDataset } from './dataset.ts'
import type { EqlLanguage } from './language.ts'

/** A store that holds a dataset, and its name in reports. */
export interface FilledStore {
  readonly name: string
  readonly store: Store
}

/** Runs a query vector over its dataset in each store: exact documents in their order, and join keys. */
export async function eqlQueryCase(
  test: JsonObject,
  {
    eql,
    dataset,
    stores,
  }: {
    readonly eql: EqlLanguage
    readonly dataset: EqlDataset
    readonly stores: readonly FilledStore[]
  },
): Promise<CaseResult> {
  const [id, query] = [textOf(test['id']), textOf(test['query'])]
  const statement = eql.parse(query)
  const { fields, categoryField } = dataset
  const diagnostics = statement.ok
    ? eql.check(statement.value, fields, { unknownFields: 'error', categoryField })
    : statement.error
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (!statement.ok || errors.length > 0) {
    const found = errors.map(({ message }) => message)
    return resultOf(id, [{ what: query, expected: 'a query that is accepted', found }])
  }
  const differences: Difference[] = []
  for (const { name, store } of stores) {
    try {
      const plan = eql.lower(statement.value, { fields, categoryField })
      const found = await answerOf(plan, { dataset, store, size: test['size'] })
      differences.push(...differencesOf(test, found, `${query} in the ${name} store`))
    } catch (thrown) {
      const what = `${query} in the ${name} store`
      differences.push({ what, expected: 'a query that can be run', found: messageOf(thrown) })
    }
  }
  return resultOf(id, differences)
}

interface Answer {
  readonly ids: readonly JsonValue[]
  readonly joinKeys: readonly string[]
}

interface Surroundings {
  readonly dataset: EqlDataset
  readonly store: Store
  readonly size: JsonValue | undefined
}

async function answerOf(plan: EventQueryPlan, around: Surroundings): Promise<Answer> {
  const { dataset, store } = around
  const context: StageContext = {
    fields: dataset.fields,
    nowMs: 0,
    timeMsOf: (source) => dataset.timeMsOf(source),
  }
  const size = typeof around.size === 'number' ? around.size : undefined
  const idOf = ({ source }: StoredEvent) => dataset.vectorIdOf(source)
  switch (plan.kind) {
    case 'events': {
      const events = await foundIn(store, plan.filter, context)
      const ordered = events
        .map((event) => ({
          event,
          at: { timeMs: timeOf(event, context), position: event.sequence },
        }))
        .toSorted((a, b) => compareOrdinals(a.at, b.at))
      const ids = throughPipes(ordered, plan.pipes, size).map(({ event }) => idOf(event))
      return { ids, joinKeys: [] }
    }
    case 'sequence': {
      const matches = throughPipes(await sequencesIn(plan, { store, context }), plan.pipes, size)
      return {
        ids: matches.flatMap(({ slots }) => slots.map((e) => (e === undefined ? -1 : idOf(e)))),
        joinKeys: matches.flatMap(({ key }) => key.values.map(String)),
      }
    }
    case 'sample': {
      const matches = matchSamples(
        plan.stages.length,
        await stagedIn(plan, { store, context }),
        size === undefined ? {} : { size },
      )
      return {
        ids: matches.flatMap(({ events }) => events.map(idOf)),
        joinKeys: matches.flatMap(({ key }) => sampleKeyTexts(key)),
      }
    }
    default:
      return unreachable(plan)
  }
}

interface Place {
  readonly store: Store
  readonly context: StageContext
}

/** The sequences, by both machines. */
async function sequencesIn(
  plan: SequencePlan,
  place: Place,
): Promise<readonly SequenceMatch<StoredEvent>[]> {
  const events = await stagedIn(plan, place)
  const atOnce = matchSequences(plan, events)
  const machine = sequenceMachine<StoredEvent>(plan, { maxEvents: 10_000 })
  const ordered = events.toSorted((a, b) => compareOrdinals(a.at, b.at))
  const asTheyCome = [
    ...ordered.flatMap((event) => [
      ...machine.advance(event.at.timeMs - 1),
      ...machine.push(event),
    ]),
    ...machine.advance(Number.POSITIVE_INFINITY),
  ]
  const idsOf = (matches: readonly SequenceMatch<StoredEvent>[]) =>
    matches
      .map(({ key, events: own }) => [key.text, ...own.map(({ id }) => id)].join(' '))
      .toSorted()
  if (canonicalJson(idsOf(atOnce)) !== canonicalJson(idsOf(asTheyCome))) {
    throw new Error(`the machines disagree: ${canonicalJson([idsOf(atOnce), idsOf(asTheyCome)])}`)
  }
  return atOnce
}

async function stagedIn(plan: Parameters<typeof compileStages>[0], { store, context }: Place) {
  const stage = compileStages(plan, context)
  const events = await foundIn(store, filterOfStages(plan), context)
  return events.flatMap((event) => stage(event) ?? [])
}

/** The events that a store finds; throws where a matcher or the reference would find others. */
async function foundIn(
  store: Store,
  filter: FilterPlan,
  context: StageContext,
): Promise<readonly StoredEvent[]> {
  const matches = compileFilter(filter, context)
  const found: StoredEvent[] = []
  const all: StoredEvent[] = []
  const request = { indices: ['*'], context, order: 'sequence' } as const
  for await (const page of store.events.search({ ...request, filter })) found.push(...page)
  for await (const page of store.events.search({ ...request, filter: { kind: 'all' } })) {
    all.push(...page)
  }
  const compiled = all.filter(({ source }) => matches(source))
  const evaluated = all.filter(({ source }) => evaluateFilter(filter, source, context))
  const [ids, ...others] = [found, compiled, evaluated].map((events) =>
    events.map(({ id }) => id).join(' '),
  )
  if (others.some((each) => each !== ids)) {
    throw new Error(`store, matcher and reference disagree: ${[ids, ...others].join(' | ')}`)
  }
  return found
}

function timeOf({ source }: StoredEvent, context: StageContext): number {
  return context.timeMsOf(source) ?? 0
}

/** Samples print dates as epoch milliseconds, sequences as texts. */
function sampleKeyTexts(key: JoinKey): readonly string[] {
  return key.values.map((value) => {
    const text = String(value)
    return /^\d{4}-\d\d-\d\dT/.test(text) ? String(Date.parse(text)) : text
  })
}

function differencesOf(test: JsonObject, found: Answer, what: string): readonly Difference[] {
  const alternatives = elementsOf(test['expected_any_of'] ?? [test['expected_event_ids'] ?? null])
  const differences: Difference[] = []
  if (!alternatives.some((each) => canonicalJson(each) === canonicalJson(found.ids))) {
    const [only = null] = alternatives
    differences.push({ what, expected: only, found: found.ids })
  }
  const joinKeys = test['join_keys']
  if (joinKeys !== undefined && canonicalJson(joinKeys) !== canonicalJson(found.joinKeys)) {
    differences.push({ what: `join keys of ${what}`, expected: joinKeys, found: found.joinKeys })
  }
  return differences
}
