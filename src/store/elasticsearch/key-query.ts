import type { JsonObject } from '#base'
import type { Cursor } from '../document-keys.ts'
import type { FindRequest, KeyCondition } from '../document-store.ts'

/** Where the value of a key lies in a document at rest: numbers and texts apart, as they are ordered apart. */
export function keyField(key: string, value: 'number' | 'text'): string {
  return `keys.${key}.${value}`
}

/** The query of conditions on keys; all of them must hold. */
export function conditionsQuery(where: readonly KeyCondition[]): JsonObject {
  return { bool: { filter: where.map(conditionQuery) } }
}

function conditionQuery(condition: KeyCondition): JsonObject {
  const { key } = condition
  if ('in' in condition) {
    const numbers = condition.in.filter((value) => typeof value === 'number')
    const texts = condition.in.filter((value) => typeof value === 'string')
    return anyOf([
      { terms: { [keyField(key, 'number')]: numbers } },
      { terms: { [keyField(key, 'text')]: texts } },
    ])
  }
  const { from, to } = condition
  const bounds = (kind: 'number' | 'text'): JsonObject => {
    const lower = from === undefined ? {} : { gte: from }
    const upper = to === undefined ? {} : { lte: to }
    return range(keyField(key, kind), { ...lower, ...upper })
  }
  const kinds = new Set([from, to].filter((bound) => bound !== undefined).map((b) => typeof b))
  if (kinds.size > 1) return { match_none: {} }
  if (kinds.size === 0) return hasKey(key)
  return bounds(kinds.has('number') ? 'number' : 'text')
}

/** Documents that have a key. */
export function hasKey(key: string): JsonObject {
  return anyOf([exists(keyField(key, 'number')), exists(keyField(key, 'text'))])
}

/** The order of a find: numbers before texts, ties by id. */
export function findSort({ sort }: FindRequest): readonly JsonObject[] {
  const order = sort?.direction ?? 'asc'
  const byId = { id: { order } }
  if (sort === undefined) return [byId]
  const [number, text] = (['number', 'text'] as const).map((kind) => ({
    [keyField(sort.key, kind)]: {
      order,
      missing: '_last',
      unmapped_type: kind === 'number' ? 'double' : 'keyword',
    },
  }))
  const keys = order === 'asc' ? [number, text] : [text, number]
  return [...keys.filter((key) => key !== undefined), byId]
}

/** What comes after the end of a page, in the order of {@link findSort}. */
export function afterQuery({ key, id }: Cursor, { sort }: FindRequest): JsonObject {
  const isRising = (sort?.direction ?? 'asc') === 'asc'
  const beyond = isRising ? 'gt' : 'lt'
  const laterId = range('id', { [beyond]: id })
  if (sort === undefined || key === undefined) return laterId
  const own = keyField(sort.key, typeof key === 'number' ? 'number' : 'text')
  const same = { bool: { filter: [{ term: { [own]: { value: key } } }, laterId] } }
  const laterKind = keyField(sort.key, isRising ? 'text' : 'number')
  const laterKinds = (typeof key === 'number') === isRising ? [exists(laterKind)] : []
  return anyOf([range(own, { [beyond]: key }), same, ...laterKinds])
}

function anyOf(should: readonly JsonObject[]): JsonObject {
  return { bool: { should, minimum_should_match: 1 } }
}

function exists(field: string): JsonObject {
  return { exists: { field } }
}

function range(field: string, bounds: JsonObject): JsonObject {
  return { range: { [field]: bounds } }
}
