import {
  boolean,
  described,
  integer,
  list,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'
import { instant } from './shapes.ts'

const count = integer({ minimum: 0 })
const stretch = object({ from: instant, to: instant })
const message = object({ kind: string(), message: string() })
const theRule = {
  rule_id: string(),
  rule_uuid: string(),
  rule_name: string(),
}

/** How an execution ended. */
export const executionStatus = oneOf('succeeded', 'partial failure', 'failed')

/** How an execution came about. */
export const executionKind = oneOf('scheduled', 'manual')

/** One execution of a rule. */
export const executionShape = object({
  id: string(),
  ...theRule,
  kind: executionKind,
  status: executionStatus,
  started_at: described(instant, 'when it was due: all its times are relative to this'),
  finished_at: instant,
  previous_started_at: optional(instant),
  windows: described(list(stretch), 'the event time that it read, oldest first'),
  candidates: described(count, 'what it found, with what is stored already'),
  created: described(count, 'alerts'),
  suppressed: described(count, 'alerts folded into others'),
  cut: optional(
    described(
      object({
        alerts: described(count, 'as far as they were counted'),
        more: described(boolean(), 'there were more than were counted'),
        events: optional(described(stretch, 'their event time')),
      }),
      'alerts that the limit kept from being created; absent: none',
    ),
  ),
  gap: optional(described(stretch, 'event time that nothing read although the rule was on')),
  warnings: list(message),
  errors: list(message),
  total_ms: count,
  search_ms: count,
  write_ms: count,
  searches: described(list(string()), 'the searches made, the first hundred'),
  run: optional(described(string(), 'the manual run that it belongs to')),
})

/** Event time that no execution read although the rule was on. */
export const gapShape = object({
  id: string(),
  ...theRule,
  from: instant,
  to: instant,
  state: oneOf('unfilled', 'partially filled', 'filled'),
  uncovered: described(list(stretch), 'what no later execution read either'),
  uncovered_ms: count,
  filling: described(boolean(), 'a fill that is not over will read some of it'),
  recorded_at: instant,
  execution: described(string(), 'the one that could not reach back so far'),
})

/** Where a manual run stands. */
export const runState = oneOf('waiting', 'running', 'finished', 'canceled', 'failed')

/** Executions of a rule over past time, made one after the other in the background. */
export const runShape = object({
  id: string(),
  ...theRule,
  purpose: described(oneOf('asked', 'fill'), 'fill: the executions that gaps missed'),
  stretches: list(stretch),
  state: runState,
  reason: optional(described(string(), 'why it is over without being finished')),
  asked_at: instant,
  asked_by: string(),
  ended_at: optional(instant),
  done_to: optional(described(instant, 'the start of the last execution made')),
  executions: object({ planned: count, done: count, failed: count }),
  created: described(count, 'alerts'),
  suppressed: count,
  cut: described(count, 'alerts that limits kept from being created'),
})

/** {@link executionShape} as a type. */
export type WireExecution = Infer<typeof executionShape>
/** {@link gapShape} as a type. */
export type WireGap = Infer<typeof gapShape>
/** {@link runShape} as a type. */
export type WireRun = Infer<typeof runShape>
