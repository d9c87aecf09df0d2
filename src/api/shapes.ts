import { roleNames } from './role.ts'
import {
  anyObject,
  anyValue,
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

/** Where an alert stands in triage. */
export const alertStatus = oneOf('open', 'acknowledged', 'closed')

/** How bad. */
export const severity = oneOf('low', 'medium', 'high', 'critical')

/** A point in time, ISO 8601, as Elasticsearch writes it. */
export const instant = described(string({ maxLength: 40 }), 'ISO 8601 date and time')

/** An alert as stored: `kibana.alert.*` and the fields of its event. */
export const alertShape = object({
  id: string(),
  document: described(anyObject(), 'the alert document, Elastic field names'),
})

/** A page of alerts. */
export const alertPage = object({
  alerts: list(alertShape),
  total: described(integer({ minimum: 0 }), 'how many match in all'),
  next: optional(described(string(), 'pass as `after` for the next page; absent on the last')),
})

/** A problem in a text that somebody wrote. */
export const diagnosticShape = object({
  code: string(),
  severity: oneOf('error', 'warning'),
  message: string(),
  span: object({ start: integer({ minimum: 0 }), end: integer({ minimum: 0 }) }),
  help: optional(string()),
  patch: optional(string()),
  origin: optional(string()),
})

/** An installed rule. */
export const ruleShape = object({
  id: described(string(), 'uuid of the rule in this installation'),
  rule_id: string(),
  enabled: boolean(),
  revision: integer({ minimum: 0 }),
  immutable: described(boolean(), 'came with the product and follows its updates'),
  rule: described(anyObject(), 'the rule in the wire form of Kibana'),
  runnable: described(boolean(), 'this version can execute rules of its type'),
})

/** Whether a rule can fire on what the store holds, and why not. */
export const readinessShape = object({
  id: optional(described(string(), 'uuid, of a rule that is installed')),
  rule_id: string(),
  name: string(),
  enabled: boolean(),
  verdict: described(
    oneOf('cannot-fire', 'learning', 'could-fire'),
    'could-fire: nothing known speaks against it; learning: new terms with too little history',
  ),
  reasons: list(
    object({
      code: string(),
      weight: described(
        oneOf('blocks', 'doubt'),
        'blocks: it cannot fire while this is so; doubt: it may not',
      ),
      message: string(),
      help: optional(string()),
      fields: optional(list(string())),
      values: optional(list(string())),
      indices: optional(list(string())),
    }),
  ),
  indices: described(list(string()), 'with events, of those that its patterns mean'),
  patterns_without_data: list(string()),
  learns_until: optional(instant),
})

/** What an import did, rule by rule. */
export const importAnswer = object({
  imported: list(
    object({
      id: string(),
      rule_id: string(),
      name: string(),
      change: described(
        oneOf('created', 'updated', 'unchanged', 'skipped', 'refused'),
        'skipped and refused: it is installed with another text, which stays',
      ),
    }),
  ),
  saved_queries: described(
    list(string()),
    'ids of the saved queries that are stored as the text says',
  ),
  not_honoured: described(
    list(object({ rule_id: string(), member: string(), message: string() })),
    'what the rules say and this installation keeps without doing it',
  ),
  diagnostics: list(diagnosticShape),
})

const textVersion = object({
  revision: integer({ minimum: 0 }),
  version: integer(),
  came: described(oneOf('import', 'edit', 'offered'), 'from a file, or from a change made here'),
  at: instant,
  by: string(),
})

/** What became of a rule's text, line by line. */
export const ruleDiffShape = object({
  id: string(),
  rule_id: string(),
  base: textVersion,
  yours: object({ revision: integer({ minimum: 0 }), version: integer() }),
  next: optional(object({ version: integer() })),
  versions: list(textVersion),
  hunks: list(
    object({
      kind: oneOf('same', 'yours', 'new', 'both', 'conflict'),
      base: list(string()),
      yours: list(string()),
      new: list(string()),
    }),
  ),
})

const itemReview = {
  item_id: string(),
  name: string(),
  verdict: described(
    oneOf('never-matched', 'stale', 'active', 'expired', 'left-to-endpoints', 'not-applied'),
    'stale: the last match is more than 30 days ago',
  ),
  created_at: optional(instant),
  age_days: optional(number()),
  expire_time: optional(instant),
  matches: described(integer({ minimum: 0 }), 'events that it kept from rules'),
  first_match: optional(instant),
  last_match: optional(instant),
  last_rule: optional(described(string(), 'rule_id')),
  true_positives: described(
    integer({ minimum: 0 }),
    'alerts closed as true positives that the item would have kept from being raised',
  ),
  true_positive_alerts: described(list(string()), 'the first ten of them'),
}

/** How an exception list fares. */
export const exceptionReviewShape = object({
  list_id: string(),
  rules: described(list(string()), 'rule_id of each rule that names the list'),
  items: list(object(itemReview)),
  alerts_looked_at: integer({ minimum: 0 }),
})

/** An exception wherever it lies: what it says, for which rules, and how it fares. */
export const exceptionShape = object({
  ...itemReview,
  list_id: string(),
  entries: list(anyObject()),
  rules: list(object({ id: string(), name: string() })),
})

/** An event at rest. */
export const eventShape = object({ index: string(), id: string(), document: anyObject() })

/** One entry of an exception item, in the wire form of Kibana. */
export const exceptionItemShape = object({
  item_id: optional(string({ minLength: 1, maxLength: 200 })),
  name: string({ minLength: 1, maxLength: 500 }),
  entries: list(anyObject(), 100),
  os_types: optional(list(oneOf('linux', 'macos', 'windows'))),
  expire_time: optional(instant),
})

/** How the sensor sees, or why it does not. */
export const sensorShape = object({
  mode: oneOf('bpf', 'audit', 'proc', 'none', 'off'),
  blind_spots: list(string()),
  reason: optional(described(string(), 'why the sensor is off')),
  remedy: optional(described(string(), 'the one command that would give it more sight')),
  counters: optional(anyObject()),
})

/** How the history of new-terms rules is answered for. */
export const firstSeenShape = object({
  combinations: integer({ minimum: 0 }),
  bytes: integer({ minimum: 0 }),
  behind: described(integer({ minimum: 0 }), 'events that the indexes have not learnt yet'),
  answered: described(
    object({ by_index: integer(), by_window: integer(), by_scan: integer() }),
    'combinations since the start: known by an index; new by an index, found in the window; by reading history',
  ),
  indexes: list(
    object({
      rule: described(string(), 'id of the rule'),
      state: described(
        oneOf('learning', 'ready', 'given-up', 'failed'),
        'while it is not ready, history is read from the store: the alerts are the same',
      ),
      combinations: integer({ minimum: 0 }),
      bytes: integer({ minimum: 0 }),
      reason: optional(string()),
    }),
  ),
})

/** What the server is doing. */
export const statusShape = object({
  version: string(),
  started_at: instant,
  data_directory: string(),
  demo: described(boolean(), 'what is shown is a sample: it never happened'),
  sensor: sensorShape,
  store: object({
    events: integer({ minimum: 0 }),
    bytes: number(),
    indices: list(anyObject()),
  }),
  ingest: object({ created: integer(), exists: integer(), refused: integer() }),
  rules: object({ installed: integer(), enabled: integer(), runnable: integer() }),
  alerts: object({ open: integer(), acknowledged: integer(), closed: integer() }),
  first_seen: firstSeenShape,
  memory_bytes: integer({ minimum: 0 }),
})

/** Who somebody is to the server. */
export const role = oneOf(...roleNames)

/** A key that opens some of the server, without its secret. */
export const accessKeyShape = object({
  id: string(),
  name: string(),
  role,
  indices: described(list(string()), 'index patterns that events may be sent to; empty: to all'),
  created_at: instant,
  expires_at: optional(instant),
  last_used_at: optional(described(instant, 'to the minute')),
})

/** One change, and who made it. */
export const auditRecordShape = object({
  seq: integer({ minimum: 1 }),
  at: instant,
  who: string(),
  role: string(),
  what: described(string(), 'method and path'),
  status: described(integer(), 'HTTP status of the answer'),
  hash: described(string(), 'covers this entry and the one before'),
})

/** A JSON value with a name, for answers whose shape is another's. */
export const anything = anyValue()

/** {@link accessKeyShape} as a type. */
export type WireAccessKey = Infer<typeof accessKeyShape>
/** {@link auditRecordShape} as a type. */
export type WireAuditRecord = Infer<typeof auditRecordShape>
/** {@link alertShape} as a type. */
export type WireAlert = Infer<typeof alertShape>
/** {@link ruleShape} as a type. */
export type WireRule = Infer<typeof ruleShape>
/** {@link readinessShape} as a type. */
export type WireReadiness = Infer<typeof readinessShape>
/** {@link statusShape} as a type. */
export type WireStatus = Infer<typeof statusShape>
/** {@link sensorShape} as a type. */
export type WireSensor = Infer<typeof sensorShape>
/** {@link diagnosticShape} as a type. */
export type WireDiagnostic = Infer<typeof diagnosticShape>
/** {@link exceptionShape} as a type. */
export type WireException = Infer<typeof exceptionShape>
/** {@link exceptionItemShape} as a type. */
export type WireExceptionItem = Infer<typeof exceptionItemShape>
