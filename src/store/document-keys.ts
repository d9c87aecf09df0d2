import { Fault } from '#base'
import type { JsonObject } from '#base'
import { idProblem } from './admission.ts'
import type { CollectionSpec, FindRequest, KeyCondition, KeyValue } from './document-store.ts'
import { maxFindLimit } from './limits.ts'

/** Where a page ended: the sort key of its last document (absent when sorted by id) and its id. */
export interface Cursor {
  readonly key?: string | number
  readonly id: string
}

/** The value by which a document is found under a key: text made well-formed, never NaN or infinite. */
export function keyValueOf<T extends JsonObject>(
  spec: CollectionSpec<T>,
  key: string,
  body: T,
): KeyValue {
  const value = spec.keys[key]?.(body)
  if (typeof value === 'string') return value.toWellFormed()
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Order of keys: numbers before texts, numbers by size, texts by code point. */
export function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : compareText(a, b)
}

/** Order of texts by code point, as SQLite compares UTF-8. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return fixed(x) - fixed(y)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others, so they sort last. */
function fixed(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Whether a key value satisfies a condition; bounds meet values of their own type only. */
export function meets(value: KeyValue, condition: KeyCondition): boolean {
  if (value === undefined) return false
  if ('in' in condition) return condition.in.includes(value)
  const { from, to } = condition
  return (
    (from === undefined || (typeof from === typeof value && compareKeys(value, from) >= 0)) &&
    (to === undefined || (typeof to === typeof value && compareKeys(value, to) <= 0))
  )
}

/** The page size of a request. Fault `invalid` outside 1 to {@link maxFindLimit}. */
export function limitOf({ limit = 100 }: FindRequest): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxFindLimit) return limit
  throw new Fault('invalid', 'store.bad-limit', `find at most ${limit}: 1 to ${maxFindLimit}`)
}

/** The text of a cursor. */
export function formatCursor(cursor: Cursor): string {
  return JSON.stringify(cursor.key === undefined ? [cursor.id] : [cursor.id, cursor.key])
}

/** The cursor of a text. Fault `invalid` where it is none, or of another sort order. */
export function parseCursor(text: string, { sort }: FindRequest): Cursor {
  const parts = partsOf(text)
  if (Array.isArray(parts) && parts.length === (sort === undefined ? 1 : 2)) {
    const [id, key]: readonly unknown[] = parts
    if (typeof id === 'string' && key === undefined) return { id }
    if (typeof id === 'string' && (typeof key === 'string' || typeof key === 'number')) {
      return { id, key }
    }
  }
  throw new Fault('invalid', 'store.bad-cursor', `find after ${text}: not the end of such a page`)
}

function partsOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Checks every key that a request names. Fault `invalid` for one that the collection does not have. */
export function checkKeys<T extends JsonObject>(
  spec: CollectionSpec<T>,
  { where = [], sort }: FindRequest,
): void {
  const named = where.map(({ key }) => key).concat(sort === undefined ? [] : [sort.key])
  const missing = named.find((key) => !Object.hasOwn(spec.keys, key))
  if (missing === undefined) return
  throw new Fault('invalid', 'store.no-such-key', `${spec.name} has no key ${missing}`)
}

/** Checks a document's id. Fault `invalid` for one that no store takes. */
export function checkId(collection: string, id: string): void {
  const problem = idProblem(id)
  if (problem === undefined) return
  throw new Fault('invalid', 'store.bad-id', `write into ${collection}: ${problem}`)
}

/** Checks the names in a spec. Fault `invalid` for one that breaks the rules. */
export function checkSpec<T extends JsonObject>(spec: CollectionSpec<T>): void {
  const names = [spec.name, ...Object.keys(spec.keys)]
  const bad = names.find((name) => !/^[a-z][a-z0-9_]*$/.test(name))
  if (bad === undefined) return
  throw new Fault('invalid', 'store.bad-name', `collection ${spec.name}: bad name ${bad}`)
}

/** The fault of a write over a version that is not there. */
export function versionConflict(
  collection: string,
  id: string,
  versions: { readonly found: number; readonly expected: number },
): Fault {
  const { found, expected } = versions
  return new Fault(
    'conflict',
    'store.version-conflict',
    `write ${collection} ${id}: found version ${found}, expected ${expected}`,
  )
}

/** The fault of a second spec under a name. */
export function secondSpec(name: string): Fault {
  return new Fault('invalid', 'store.second-spec', `collection ${name} has another spec already`)
}
