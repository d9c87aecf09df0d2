import { Fault, messageOf, type FaultKind, type JsonObject } from '#base'

const statuses: { readonly [kind in FaultKind]: number } = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'rate-limited': 429,
  timeout: 504,
  unavailable: 503,
  internal: 500,
}

/** The HTTP status of a kind of fault; `_bulk` items have the same. */
export function statusOf(kind: FaultKind): number {
  return statuses[kind]
}

const elasticTypes: { readonly [kind in FaultKind]: string } = {
  invalid: 'illegal_argument_exception',
  unauthenticated: 'security_exception',
  forbidden: 'security_exception',
  'not-found': 'resource_not_found_exception',
  conflict: 'version_conflict_engine_exception',
  'too-large': 'content_too_long_exception',
  'rate-limited': 'es_rejected_execution_exception',
  timeout: 'timeout_exception',
  unavailable: 'unavailable_shards_exception',
  internal: 'exception',
}

/** Where clients tell more apart than a kind does. */
const elasticTypesByCode: ReadonlyMap<string, string> = new Map([
  ['elastic.index-exists', 'resource_already_exists_exception'],
  ['elastic.index-name', 'invalid_index_name_exception'],
  ['search.malformed', 'parsing_exception'],
  ['search.no-such-context', 'search_context_missing_exception'],
  ['search.no-such-index', 'index_not_found_exception'],
  ['search.too-many-buckets', 'too_many_buckets_exception'],
  ['search.unsupported', 'parsing_exception'],
  ['search.wrong-query', 'parsing_exception'],
])

/** Anything thrown as a fault: what is none is a bug of ours, `internal`. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  return new Fault('internal', 'server.bug', `unexpected: ${messageOf(thrown)}`, { cause: thrown })
}

/** The body by which Elasticsearch tells an error. */
export function elasticError(fault: Fault): JsonObject {
  const type = elasticTypesByCode.get(fault.code) ?? elasticTypes[fault.kind]
  const cause = { type, reason: fault.message }
  return { error: { root_cause: [cause], ...cause }, status: statusOf(fault.kind) }
}

/** The body by which the JSON API tells an error. */
export function apiError(fault: Fault): JsonObject {
  return { error: { code: fault.code, kind: fault.kind, message: fault.message } }
}
