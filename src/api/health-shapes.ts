import { described, integer, list, object, optional, string, type Infer } from '#base'
import { executionShape } from './run-shapes.ts'
import { instant } from './shapes.ts'

const count = integer({ minimum: 0 })

/** What a person asks who wants to know whether anything is missed: who sends, and how the rules keep up. */
export const healthReportShape = object({
  hosts: described(
    list(object({ host: string(), events: count, last_at: optional(instant) })),
    'hosts with events in the last 24 hours, those that told the least lately first; at most fifty',
  ),
  more_hosts: described(count, 'hosts beyond those'),
  ingest: described(
    list(object({ start: instant, events: count })),
    'events by the minute in which they were kept, of the last hour and since the start; minutes without any are left out',
  ),
  executions: object({
    looked_at: described(count, 'the latest executions, by which the rest of this is told'),
    since: optional(described(instant, 'the end of the oldest of them')),
    lag_ms: optional(
      described(object({ p50: count, p95: count, most: count }), 'from being due to being done'),
    ),
    slowest: described(
      list(executionShape),
      'of each rule the slowest, slowest first; at most ten',
    ),
  }),
  late: described(
    list(object({ rule_uuid: string(), rule_name: string(), due_at: instant })),
    'rules that are on and whose next execution is overdue by more than their interval; at most fifty',
  ),
  capped: described(
    list(executionShape),
    'of each rule the latest execution whose limit kept alerts from being created; at most fifty',
  ),
  failed: described(
    list(executionShape),
    'of each rule the latest execution that failed, if none succeeded since; at most fifty',
  ),
  postings: described(
    object({
      questions: described(count, 'rules whose matches are noted as events come'),
      bytes: count,
      by_postings: described(count, 'reads that were led by notes, since the start'),
      by_search: described(count, 'reads that searched the store'),
      given_up: described(count, 'notes that took too much memory and were let go'),
    }),
    'how executions find their events',
  ),
})

/** {@link healthReportShape} as a type. */
export type WireHealthReport = Infer<typeof healthReportShape>
