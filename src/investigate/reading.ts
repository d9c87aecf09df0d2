import type { FilterPlan, MatchContext } from '#query'
import type { EventStore, StoredEvent } from '#store'

/** Where events are read from, and how. */
export interface Reading {
  readonly events: EventStore
  readonly context: MatchContext
  readonly signal?: AbortSignal
}

/** Event time, epoch milliseconds, both ends included. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** Events that have one of some values in a field. */
export function anyOf(field: string, values: readonly string[]): FilterPlan {
  return { kind: 'match-any', field: { kind: 'field', name: field }, values }
}

/** Events that pass a filter, oldest or newest first, so many at the most. */
export async function eventsOf(
  { events, context, signal }: Reading,
  filter: FilterPlan,
  {
    within,
    order = 'time-ascending',
    limit,
    indices = ['logs-*'],
  }: {
    readonly within: Stretch
    readonly order?: 'time-ascending' | 'time-descending'
    readonly limit: number
    readonly indices?: readonly string[]
  },
): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = []
  const pages = events.search({
    indices,
    filter,
    context,
    time: { fields: { primary: '@timestamp' }, ...within },
    order,
    limit,
    ...(signal !== undefined && { signal }),
  })
  for await (const page of pages) found.push(...page)
  return found
}
