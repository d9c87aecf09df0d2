import { alertIndexOf, statusOf } from '#alert'
import { parseDateMath } from '#base'
import { asksForIdentity, compileDocumentFilter, withAlertAliases, withoutIdentity } from '#detect'
import { compileIndexPatterns } from '#event'
import type { FilterPlan, MatchContext } from '#query'
import type { SearchRequest, StoredEvent, TimeRange } from '#store'
import type { FoundDocument } from './found-document.ts'
import type { SearchWorld } from './world.ts'

/** Which documents to read. */
export interface DocumentsWanted {
  readonly indices: readonly string[]
  readonly filter: FilterPlan
  readonly context: MatchContext
  /** Only what arrived after this place. */
  readonly afterPlace?: number
  /** Of the events only those that had arrived when a point in time was taken. */
  readonly upToSequence?: number
  /** By `@timestamp`; default: as they arrived. */
  readonly order?: 'time-ascending' | 'time-descending'
  /** With an order: nothing is wanted whose times all lie before or after, epoch milliseconds. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly signal: AbortSignal
}

/** The concrete name behind `.alerts-security.alerts-default`. */
const alertIndex = alertIndexOf('default')

/** Alerts stand after any event that will ever be. */
const firstAlertPlace = 2 ** 52

/** Whether patterns mean alerts too. */
export function meansAlerts(indices: readonly string[]): boolean {
  return compileIndexPatterns(withAlertAliases(indices))(alertIndex)
}

/** Matching events, and alerts where the patterns mean them, in pages. Time order is for events alone. */
export async function* documentsOf(
  world: SearchWorld,
  wanted: DocumentsWanted,
): AsyncGenerator<readonly FoundDocument[]> {
  const matches = compileDocumentFilter(wanted.filter, wanted.context)
  const last = wanted.upToSequence ?? Infinity
  for await (const page of world.events.search(requestOf(wanted))) {
    const found = page.filter((event) => event.sequence <= last && matches(event)).map(placed)
    if (found.length > 0) yield found
    // In order of arrival nothing after this can be meant.
    if (wanted.order === undefined && (page.at(-1)?.sequence ?? 0) >= last) break
  }
  if (meansAlerts(wanted.indices)) yield* alertsOf(world, wanted, matches)
}

function placed({ index, id, source, sequence }: StoredEvent): FoundDocument {
  return { index, id, source, place: sequence }
}

function requestOf(wanted: DocumentsWanted): SearchRequest {
  const { filter, context, order, afterPlace = 0, signal } = wanted
  const time = withinOf(wanted, timeOf(filter, context.nowMs))
  return {
    indices: withAlertAliases(wanted.indices),
    filter: asksForIdentity(filter) ? withoutIdentity(filter) : filter,
    context,
    order: order ?? 'sequence',
    signal,
    ...(afterPlace > 0 && { afterSequence: Math.min(afterPlace, firstAlertPlace) }),
    ...(time !== undefined && { time }),
  }
}

function withinOf(
  { order, fromMs = -8.64e15, toMs = 8.64e15 }: DocumentsWanted,
  time: TimeRange | undefined,
): TimeRange | undefined {
  if (order === undefined) return time
  const { fromMs: low = -8.64e15, toMs: high = 8.64e15 } = time ?? {}
  return { fields: timestamp, fromMs: Math.max(fromMs, low), toMs: Math.min(toMs, high) }
}

const timestamp = { primary: '@timestamp' }

/**
 * The time that a filter leaves, by its first condition on `@timestamp` that must hold; undefined: any. By the first
 * alone, since of an event with several times another one may satisfy another condition.
 */
function timeOf(filter: FilterPlan, nowMs: number): TimeRange | undefined {
  const [bounds] = boundsOf(filter)
  if (bounds === undefined) return undefined
  const fromMs = msOf(bounds.low, nowMs, 'down') ?? -8.64e15
  const toMs = msOf(bounds.high, nowMs, 'up') ?? 8.64e15
  return { fields: timestamp, fromMs, toMs }
}

interface Bounds {
  readonly low?: string | number
  readonly high?: string | number
}

function boundsOf(plan: FilterPlan): readonly Bounds[] {
  if (plan.kind === 'and') return plan.of.flatMap(boundsOf)
  if (plan.kind !== 'between' && plan.kind !== 'range') return []
  if (plan.field.kind !== 'field' || plan.field.name !== '@timestamp') return []
  if (plan.kind === 'between') return [{ low: plan.low.value, high: plan.high.value }]
  return [plan.op.startsWith('g') ? { low: plan.value } : { high: plan.value }]
}

/** The bound itself, taken in; wide enough for every way in which a bound can be read. */
function msOf(
  value: string | number | undefined,
  nowMs: number,
  rounding: 'down' | 'up',
): number | undefined {
  if (value === undefined) return undefined
  return parseDateMath(String(value), { nowMs, rounding })
}

async function* alertsOf(
  { alerts }: SearchWorld,
  { afterPlace = 0, signal }: DocumentsWanted,
  matches: (document: FoundDocument) => boolean,
): AsyncGenerator<readonly FoundDocument[]> {
  let place = firstAlertPlace
  let after: string | undefined
  do {
    signal.throwIfAborted()
    const page = await alerts.list({
      parts: 'all',
      sort: 'created',
      direction: 'asc',
      limit: 500,
      ...(after !== undefined && { after }),
    })
    yield page.items
      .map(({ id, body }): FoundDocument => ({
        index: alertIndex,
        id,
        source: { ...body, 'kibana.alert.workflow_status': statusOf(body) },
        place: ++place,
      }))
      .filter((document) => document.place > afterPlace && matches(document))
    after = page.next
  } while (after !== undefined)
}
