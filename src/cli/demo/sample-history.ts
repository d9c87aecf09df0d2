import { manualClock, type Clock, type Logger } from '#base'
import { createEngine, type Engine } from '#detect'
import type { FieldCatalogue } from '#event'
import { caseBook, containerOf, type CaseBook } from '#investigate'
import type { InstalledRule } from '#rule'
import type { NewEvent, Store } from '#store'
import { ordinaryLife } from './ordinary-life.ts'
import { evidenceOf } from './sample-evidence.ts'
import { stories } from './stories.ts'
import type { Story, Verdict } from './story.ts'

/** What telling needs. */
export interface SampleTelling {
  readonly store: Store
  readonly fields: FieldCatalogue
  readonly clock: Clock
  readonly logger: Logger
  /** Gives an id that was never given before. */
  readonly newId: () => string
}

const dayMs = 86_400_000
/** As far as the rules of the starter pack look back, and a day more. */
export const sampleHistoryMs = 15 * dayMs
const perAppend = 2_000

/**
 * Fills an empty store with the sample world up to now: two weeks of ordinary life, the stories, the alerts that the
 * installed rules make of them by real executions at the time of each, and what people made of these. Nothing is done
 * to a store that holds events already.
 */
export async function tellSampleHistory(telling: SampleTelling): Promise<void> {
  const { store, clock, logger, newId } = telling
  if ((await store.events.facts()).events > 0) return
  const nowMs = clock.nowMs()
  const told = stories.map((story) => ({ story, atMs: nowMs - story.agoMs }))
  const events = [
    ...ordinaryLife(nowMs - sampleHistoryMs, nowMs),
    ...told.flatMap(({ story, atMs }) => story.events(atMs)),
  ]
  await append(store, events)
  const cases = caseBook(store.documents, newId)
  for (const { story, atMs } of told) await happen({ ...telling, cases }, story, atMs)
  logger.info('the sample world is told', { events: events.length, stories: stories.length })
}

async function append({ events: kept }: Store, events: readonly NewEvent[]): Promise<void> {
  const sorted = events.toSorted((a, b) => timeOf(a) - timeOf(b))
  for (let at = 0; at < sorted.length; at += perAppend) {
    await kept.append(sorted.slice(at, at + perAppend))
  }
}

function timeOf({ source }: NewEvent): number {
  return Date.parse(String(source['@timestamp']))
}

/** Makes the executions that follow a story, with a clock that stands where the story does, and the verdict on their alerts. */
async function happen(
  telling: SampleTelling & { readonly cases: CaseBook },
  { events, toldBy, verdict }: Story,
  atMs: number,
): Promise<void> {
  const lastMs = Math.max(...events(atMs).map(timeOf))
  const clock = manualClock(lastMs + 5_000)
  const { store, fields, logger, newId, cases } = telling
  const engine = createEngine({
    store,
    clock,
    logger,
    fields,
    newUuid: newId,
    indexesFirstSeen: false,
    keepsPostings: false,
  })
  const watching = toldBy.length > 0 ? toldBy : exceptedRules
  const ids: string[] = []
  const forget = engine.onAlert((alerts) => ids.push(...alerts.map(({ id }) => id)))
  for (const ruleId of watching) {
    const rule = await engine.rules.byRuleId(ruleId)
    if (rule === undefined) continue
    await engine.executeOnce(rule, { startedAtMs: clock.nowMs() })
    if (verdict?.exception !== undefined) {
      await except(engine, rule, verdict, clock.nowMs() + verdict.afterMs)
    }
  }
  forget()
  const nowMs = clock.nowMs()
  for (const id of ids) {
    const body = (await engine.alerts.get(id))?.body
    const reading = { events: store.events, context: { fields, nowMs } }
    const container = body === undefined ? undefined : await containerOf(body, reading)
    if (container !== undefined) await cases.evidence.put(evidenceOf(id, container, nowMs + 2_000))
  }
  if (verdict !== undefined) await judge(engine, cases, { ids, verdict, nowMs })
  await engine.stop()
}

/** The rules whose exceptions have something to keep away. */
const exceptedRules = stories.flatMap(({ toldBy, verdict }) =>
  verdict?.exception === undefined ? [] : toldBy,
)

async function judge(
  { alerts }: Engine,
  cases: CaseBook,
  {
    ids,
    verdict,
    nowMs,
  }: { readonly ids: readonly string[]; readonly verdict: Verdict; readonly nowMs: number },
): Promise<void> {
  const { by, afterMs, status, reason, note } = verdict
  const atMs = nowMs + afterMs
  const why = reason === undefined ? {} : { reason }
  await alerts.changeStatus(ids, { status, atMs, user: by, ...why })
  const what = status === 'closed' ? `closed it as ${reason}` : 'acknowledged it'
  await cases.activity.record(
    ids.map((alertId) => ({ alertId, atMs, who: by, kind: 'status', what })),
  )
  const [first] = ids
  if (note === undefined || first === undefined) return
  await cases.notes.add(first, { text: note, by, atMs })
  await cases.activity.record([
    { alertId: first, atMs, who: by, kind: 'note', what: 'wrote a note' },
  ])
}

async function except(
  { exceptions, rules }: Engine,
  { uuid, rule }: InstalledRule,
  { by, exception }: Verdict,
  atMs: number,
): Promise<void> {
  if (exception === undefined) return
  const listId = `rule-${uuid}`
  const name = `exceptions of ${rule.name}`
  const type = 'rule_default'
  await exceptions.putList({ listId, name, type, namespaceType: 'single', unknown: {} })
  await exceptions.putItem({
    itemId: `sample-${uuid}`,
    listId,
    name: exception.name,
    osTypes: [],
    entries: exception.fields.map((entry) => ({ type: 'match', operator: 'included', ...entry })),
    ...(exception.endsAfterMs !== undefined && {
      expireTime: new Date(atMs + exception.endsAfterMs).toISOString(),
    }),
    unknown: { created_at: new Date(atMs).toISOString(), created_by: by },
  })
  const added = { id: listId, listId, type, namespaceType: 'single' } as const
  await rules.update(uuid, { ...rule, exceptionsList: [added] }, { user: by })
}
