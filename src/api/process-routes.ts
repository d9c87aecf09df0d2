import { route } from './route.ts'
import { boolean, described, integer, list, object, optional, string, type Infer } from '#base'
import { instant } from './shapes.ts'

const id = string({ minLength: 1, maxLength: 512 })
const count = integer({ minimum: 0 })
const counted = list(object({ value: string(), events: count }))
const buckets = list(object({ start: instant, events: count }))

/** One process of a tree. */
export const treeProcessShape = object({
  entity_id: string(),
  parent_id: described(string(), 'entity id; empty: not known'),
  depth: described(integer(), 'generations below the process asked for; negative: above'),
  pid: string(),
  name: string(),
  executable: string(),
  args: list(string()),
  user: string(),
  host: string(),
  container: string(),
  seen: described(boolean(), 'false: none of its events is stored, others name it'),
  started_at: optional(instant),
  ended_at: optional(instant),
  exit_code: string(),
  programs: described(
    list(object({ name: string(), at: instant })),
    'what it ran, one after the other, where that changed',
  ),
  events: described(count, 'stored events of it that were looked at'),
  prevalence: optional(
    described(
      object({ events: count, hosts: count }),
      'events of its executable within 30 days, and on how many hosts; absent: not looked for',
    ),
  ),
  alerts: list(object({ id: string(), rule: string(), severity: string() })),
})

/** The processes around one: where it came from and what came of it. */
export const processTreeShape = object({
  entity_id: string(),
  processes: described(list(treeProcessShape), 'parents before children, siblings by their start'),
  unseen_ancestors: count,
  more: described(boolean(), 'there are more descendants than are told'),
})

/** What is known of a host from its events. */
export const hostShape = object({
  name: string(),
  ids: list(string()),
  facts: list(object({ field: string(), values: list(string()) })),
  first_at: optional(described(instant, 'the earliest day with a stored event')),
  last_at: optional(instant),
  from: described(instant, 'what follows is of the time from here'),
  to: instant,
  events: count,
  every_s: integer({ minimum: 1 }),
  rate: buckets,
  streams: list(object({ index: string(), events: count, last_at: optional(instant) })),
  more_streams: count,
  users: counted,
  programs: counted,
  containers: counted,
})

/** {@link processTreeShape} as a type. */
export type WireProcessTree = Infer<typeof processTreeShape>
/** {@link treeProcessShape} as a type. */
export type WireTreeProcess = Infer<typeof treeProcessShape>
/** {@link hostShape} as a type. */
export type WireHost = Infer<typeof hostShape>

/** What can be asked about processes and hosts. */
export const processRoutes = {
  getProcessTree: route({
    method: 'GET',
    path: '/api/processes/{id}',
    summary: 'A process by its entity id, with its ancestors and descendants.',
    params: { id },
    answer: processTreeShape,
  }),
  getHost: route({
    method: 'GET',
    path: '/api/hosts/{id}',
    summary: 'A host by name or id: what its events say of it.',
    params: { id },
    query: {
      days: optional(described(integer({ minimum: 1, maximum: 90 }), 'how far back, default 7')),
    },
    answer: hostShape,
  }),
} as const
