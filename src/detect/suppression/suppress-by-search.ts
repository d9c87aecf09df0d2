import { eventAlertId, groupAlertId } from '#alert'
import type { JsonValue } from '#base'
import type { EventDocument } from '#event'
import { eventMsOf } from '../execution/event-time.ts'
import { eventsOfWindow } from '../execution/window-events.ts'
import type { Term } from '../first-seen/term.ts'
import type { Candidate } from '../rule-type.ts'
import {
  groupFieldsOf,
  groupOf,
  suppressionMembers,
  type GroupField,
  type SuppressionGroup,
} from './group-terms.ts'
import { groupEndsOf, openAlertsOf, withMoreFolded } from './suppressed-alerts.ts'
import type { SuppressionRun, WriteOutcome } from './suppression-run.ts'

/** All events of one group in the window, without those that earlier executions have told. */
interface EventGroup {
  readonly group: SuppressionGroup
  readonly values: readonly (Term | null)[]
  readonly first: EventDocument
  readonly startMs: number
  endMs: number
  count: number
}

/**
 * Writes one alert for each group of a window's events, at most as many groups as alerts may be made, in
 * the order of their values. Events that lack a group field alert one by one where the rule says so.
 */
export async function suppressBySearch(
  run: SuppressionRun,
): Promise<WriteOutcome & { readonly more: boolean }> {
  const fields = groupFieldsOf(run.suppression.groupBy, run.fields)
  const { groups, hasMore } = await groupsIn(run, fields)
  const written = await writeGroups(run, groups)
  if (run.suppression.missingFieldsStrategy === 'suppress') {
    return { ...written, more: hasMore }
  }
  const plain = await writePlain(run, fields, run.search.maxAlerts - groups.length)
  return {
    created: written.created + plain.created,
    told: written.told + plain.created,
    suppressed: written.suppressed,
    left: [...written.left, ...plain.left],
    more: hasMore || plain.more,
  }
}

async function groupsIn(
  run: SuppressionRun,
  fields: readonly GroupField[],
): Promise<{ readonly groups: readonly EventGroup[]; readonly hasMore: boolean }> {
  const { search, alerts, suppression } = run
  const limit = search.maxAlerts
  const { ruleUuid } = search.owner
  const told =
    run.memory === 'manual'
      ? new Map<string, number>()
      : await groupEndsOf(alerts, { ruleUuid, memory: run.memory, window: search.window })
  let kept = new Map<string, EventGroup>()
  let greatest: EventGroup | undefined
  let hasMore = false
  const compare = compareGroups(fields)
  const cut = () => {
    const smallest = [...kept.values()].toSorted(compare).slice(0, limit)
    hasMore ||= smallest.length < kept.size
    greatest = smallest.length === limit ? smallest.at(-1) : undefined
    kept = new Map(smallest.map((each) => [each.group.id, each]))
  }
  search.noteSearch('findDocuments')
  for await (const { event, ms } of eventsIn(run)) {
    for (const values of groupValuesOf(event, fields)) {
      if (suppression.missingFieldsStrategy === 'doNotSuppress' && values.includes(null)) continue
      const group = groupOf(fields, values, search.owner)
      if (ms <= (told.get(group.id) ?? Number.NEGATIVE_INFINITY)) continue
      const known = kept.get(group.id)
      if (known !== undefined) {
        known.count++
        known.endMs = Math.max(known.endMs, ms)
        continue
      }
      const fresh = { group, values, first: event, startMs: ms, endMs: ms, count: 1 }
      if (greatest !== undefined && compare(fresh, greatest) > 0) {
        hasMore = true
        continue
      }
      kept.set(group.id, fresh)
      if (kept.size >= 2 * limit) cut()
    }
  }
  cut()
  return { groups: [...kept.values()], hasMore }
}

/** The window's events with their times, oldest first. */
async function* eventsIn({
  search,
}: SuppressionRun): AsyncGenerator<{ readonly event: EventDocument; readonly ms: number }> {
  for await (const page of eventsOfWindow(search)) {
    for (const event of page) {
      const ms = eventMsOf(event.source, search.time)
      if (ms !== undefined) yield { event, ms }
    }
  }
}

/** Every group that an event belongs to: one value of each field, null for a field it lacks. */
function* groupValuesOf(
  { source }: EventDocument,
  fields: readonly GroupField[],
): Generator<readonly (Term | null)[]> {
  const columns = fields.map((field): readonly (Term | null)[] => {
    const values = field.valuesOf(source)
    return values.length === 0 ? [null] : values
  })
  const at = columns.map(() => 0)
  for (;;) {
    yield columns.map((column, i) => column[at[i] ?? 0] ?? null)
    let i = columns.length - 1
    while (i >= 0 && (at[i] ?? 0) + 1 >= (columns[i]?.length ?? 0)) at[i--] = 0
    if (i < 0) return
    at[i] = (at[i] ?? 0) + 1
  }
}

/** Ascending by the fields' values, what is missing first. */
function compareGroups(fields: readonly GroupField[]) {
  return (a: EventGroup, b: EventGroup): number => {
    for (const [i, field] of fields.entries()) {
      const [left, right] = [a.values[i] ?? null, b.values[i] ?? null]
      if (left === null || right === null) {
        if (left !== right) return left === null ? -1 : 1
        continue
      }
      const order = field.compare(left, right)
      if (order !== 0) return order
    }
    return 0
  }
}

async function writeGroups(
  run: SuppressionRun,
  groups: readonly EventGroup[],
): Promise<WriteOutcome> {
  const candidates = groups.map((group) => ({ group, candidate: candidateOf(group, run) }))
  const fresh = new Set(await run.writer.fresh(candidates.map(({ candidate }) => candidate)))
  const left = candidates.filter(({ candidate }) => fresh.has(candidate))
  const { durationMs } = run.suppression
  const open =
    durationMs === undefined
      ? new Map()
      : await openAlertsOf(
          run.alerts,
          left.map(({ group }) => group.group.id),
          { ruleUuid: run.search.owner.ruleUuid, sinceMs: run.nowMs - durationMs },
        )
  const created: { readonly group: EventGroup; readonly candidate: Candidate }[] = []
  let suppressed = 0
  for (const each of left) {
    const target = open.get(each.group.group.id)
    if (target === undefined) {
      created.push(each)
      continue
    }
    const more = { folded: each.group.count, endMs: each.group.endMs, nowMs: run.nowMs }
    await run.alerts.update(target.id, (body) => withMoreFolded(body, more))
    suppressed += each.group.count
  }
  const outcome = await run.writer.write(created.map(({ candidate }) => candidate))
  for (const { group } of created.slice(0, outcome.created)) suppressed += group.count - 1
  return { ...outcome, suppressed }
}

function candidateOf(
  { group, first, startMs, endMs, count }: EventGroup,
  run: SuppressionRun,
): Candidate {
  const terms: JsonValue = group.terms
  return {
    event: first,
    eventMs: startMs,
    alertId: groupAlertId(first, { terms, startMs, endMs }, run.search.owner),
    extras: suppressionMembers(group, { startMs, endMs, folded: count - 1 }),
  }
}

/** Alerts on single events that lack a group field, oldest first, at most `limit`. */
async function writePlain(
  run: SuppressionRun,
  fields: readonly GroupField[],
  limit: number,
): Promise<Pick<WriteOutcome, 'created' | 'left'> & { readonly more: boolean }> {
  let created = 0
  let page: Candidate[] = []
  const flush = async (): Promise<readonly Candidate[]> => {
    const fresh = await run.writer.fresh(page)
    page = []
    const room = Math.max(0, limit - created)
    const outcome = await run.writer.write(fresh.slice(0, room))
    created += outcome.created
    return [...outcome.left, ...fresh.slice(room)]
  }
  for await (const { event, ms } of eventsIn(run)) {
    if (fields.every((field) => field.valuesOf(event.source).length > 0)) continue
    const alertId = eventAlertId(event, run.search.owner)
    page.push({ event, eventMs: ms, alertId, extras: {} })
    if (page.length < 100) continue
    const left = await flush()
    if (left.length > 0) return { created, left, more: true }
  }
  const left = await flush()
  return { created, left, more: false }
}
