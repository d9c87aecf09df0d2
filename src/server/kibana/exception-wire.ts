import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import {
  exceptionItemFromWire,
  exceptionItemToWire,
  exceptionListFromWire,
  exceptionListToWire,
  type ExceptionItem,
  type ExceptionList,
  type Reading,
} from '#rule'
import { invalidRequest, type KibanaWorld } from './call.ts'
import { refused } from './error.ts'

const user = 'api'

/** A list as Kibana tells it; what a list made elsewhere lacks is made up. */
export function listResponse(list: ExceptionList): JsonObject {
  return { ...bookkeeping(list.listId), description: list.name, ...exceptionListToWire(list) }
}

/** An item as Kibana tells it. */
export function itemResponse(item: ExceptionItem): JsonObject {
  return { ...bookkeeping(item.itemId), comments: [], ...exceptionItemToWire(item) }
}

function bookkeeping(id: string): JsonObject {
  return {
    id,
    _version: 'WzEsMV0=',
    tie_breaker_id: id,
    immutable: false,
    tags: [],
    os_types: [],
    version: 1,
    created_at: '1970-01-01T00:00:00.000Z',
    created_by: user,
    updated_at: '1970-01-01T00:00:00.000Z',
    updated_by: user,
  }
}

/** A new list of a body, or the changed form of one. Faults: `invalid`. */
export function listOfBody(
  { clock }: KibanaWorld,
  body: JsonObject,
  before?: ExceptionList,
): ExceptionList {
  const wire = {
    type: 'detection',
    namespace_type: 'single',
    ...stamped(clock.nowMs(), before && exceptionListToWire(before)),
    list_id: before?.listId ?? randomUUID(),
    ...withoutAddress(body),
  }
  return valueOf(exceptionListFromWire(wire))
}

/** A new item of a body, or the changed form of one. Faults: `invalid`. */
export function itemOfBody(
  { clock }: KibanaWorld,
  body: JsonObject,
  before?: ExceptionItem,
): ExceptionItem {
  const nowMs = clock.nowMs()
  const { expire_time: _expiry, ...kept } = before === undefined ? {} : exceptionItemToWire(before)
  const wire: JsonObject = {
    type: 'simple',
    namespace_type: 'single',
    ...stamped(nowMs, before && kept),
    item_id: before?.itemId ?? randomUUID(),
    ...withoutAddress(body),
  }
  const said = body['comments'] ?? wire['comments'] ?? []
  return valueOf(exceptionItemFromWire({ ...wire, comments: commentsOf(said, nowMs) }))
}

/** `id` and `_version` of a body say which document is meant; they are given here. */
function withoutAddress({ id: _id, _version, ...rest }: JsonObject): JsonObject {
  return rest
}

function stamped(nowMs: number, before: JsonObject | undefined): JsonObject {
  const at = new Date(nowMs).toISOString()
  const id = randomUUID()
  return {
    id,
    tie_breaker_id: id,
    created_at: at,
    created_by: user,
    version: 1,
    tags: [],
    os_types: [],
    immutable: false,
    ...before,
    _version: Buffer.from(`[${nowMs},1]`).toString('base64'),
    updated_at: at,
    updated_by: user,
  }
}

/** Comments keep who wrote them and when; new ones get it. */
function commentsOf(said: JsonValue, nowMs: number): readonly JsonObject[] {
  if (!Array.isArray(said)) throw invalidRequest('body', 'comments: expected array')
  return said.map((comment: JsonValue) => {
    const text = isJsonObject(comment) ? comment['comment'] : undefined
    if (!isJsonObject(comment) || typeof text !== 'string' || text === '') {
      throw invalidRequest('body', 'comments: each has a text in comment')
    }
    const at = new Date(nowMs).toISOString()
    return { id: randomUUID(), created_at: at, created_by: user, ...comment }
  })
}

function valueOf<T>({ value, diagnostics }: Reading<T>): T {
  if (value !== undefined) return value
  const told = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ origin = '', message }) => (origin === '' ? message : `${origin}: ${message}`))
  throw invalidRequest('body', told.join(', '))
}

/** `single` or `agnostic` of a query string or body; undefined where it says none. Faults: `invalid`. */
export function namespaceOf(value: JsonValue | undefined): 'single' | 'agnostic' | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (value === 'single' || value === 'agnostic') return value
  throw refused(`namespace_type: ${String(value)} is not one of single, agnostic`)
}
