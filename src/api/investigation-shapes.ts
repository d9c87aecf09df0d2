import {
  boolean,
  described,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'
import { alertStatus, instant } from './shapes.ts'

const count = integer({ minimum: 0 })

/** An alert as a list shows it. */
export const alertRowShape = object({
  id: string(),
  status: alertStatus,
  closed_as: described(string(), 'why it was closed; empty where nobody said'),
  severity: string(),
  risk_score: number(),
  created_at: string(),
  happened_at: string(),
  rule: string(),
  rule_uuid: string(),
  host: string(),
  user: string(),
  what: described(string(), 'the command and who gave it, else the reason of the alert'),
  new_terms: list(string()),
  suppressed: described(count, 'events folded into it'),
})

/** A page of rows, and how many stand in each status whatever the page shows. */
export const alertRowPage = object({
  rows: list(alertRowShape),
  total: count,
  next: optional(string()),
  counts: object({ open: count, acknowledged: count, closed: count }),
  is_cut: optional(
    described(boolean(), 'not all alerts were looked through: counts are at least these'),
  ),
})

const seenValue = object({
  value: list(string()),
  count,
  hosts: count,
  first_at: instant,
  last_at: instant,
  buckets: described(list(count), 'events by equal stretches of the window'),
})

/** Why the values of an alert are new. */
export const whyNewShape = object({
  fields: list(string()),
  from: instant,
  to: instant,
  own: seenValue,
  others: list(seenValue),
  more_others: count,
  coverage: described(number(), 'part of the window with stored events, 0 to 1'),
  history_from: optional(instant),
  complete_at: optional(described(instant, 'absent: the history is complete')),
  is_cut: described(boolean(), 'not all was looked at: counts are at least these'),
})

/** One process in the story of an alert. */
export const chainProcessShape = object({
  entity_id: string(),
  pid: string(),
  name: string(),
  executable: string(),
  args: list(string()),
  user: string(),
  started_at: optional(instant),
  role: oneOf('ancestor', 'parent', 'alert', 'child'),
  earlier: described(list(string()), 'programs that it was before'),
  starts: optional(
    described(count, 'starts of its program in 30 days; absent: not counted in time'),
  ),
})

/** What an exception would have kept from being told. */
export const exceptionPreviewShape = object({
  matches_own: described(boolean(), 'whether it would have kept this very alert'),
  failing: described(list(string()), 'fields whose entry does not fit this alert'),
  removed: count,
  total: described(count, 'alerts of the rule within 30 days'),
  true_positives: described(count, 'removed ones that were closed as true positives'),
  removed_ids: list(string(), 10_000),
  sample: described(list(alertRowShape), 'the newest of the removed ones'),
})

/** What stands around an alert: everything its page needs beside the alert itself. */
export const alertContextShape = object({
  rule_installed: described(boolean(), 'false: the rule is gone, and nothing is told of its query'),
  why: optional(whyNewShape),
  command: list(object({ text: string(), matched: boolean(), risk: optional(string()) })),
  chain: optional(
    object({
      processes: list(chainProcessShape),
      unseen: count,
      more_children: boolean(),
    }),
  ),
  related: object({
    near: list(
      object({ row: alertRowShape, how: oneOf('same process tree', 'same user', 'same host') }),
    ),
    same_rule: object({
      open: count,
      acknowledged: count,
      closed: count,
      false_positives: count,
      true_positives: count,
      is_cut: boolean(),
    }),
  }),
  exception_fields: described(
    list(object({ field: string(), value: string(), suggested: boolean() })),
    'what an exception could say of this alert',
  ),
  exception_preview: optional(
    described(
      exceptionPreviewShape,
      'of an exception that says the suggested ones; absent where nothing is suggested or the rule is gone',
    ),
  ),
})

/** {@link alertRowShape} as a type. */
export type WireAlertRow = Infer<typeof alertRowShape>
/** {@link alertContextShape} as a type. */
export type WireAlertContext = Infer<typeof alertContextShape>
/** {@link whyNewShape} as a type. */
export type WireWhyNew = Infer<typeof whyNewShape>
/** {@link exceptionPreviewShape} as a type. */
export type WireExceptionPreview = Infer<typeof exceptionPreviewShape>
