import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '#base'

/**
 * What several documents say alike: equal values, of arrays the elements that all of them have, of objects
 * what is alike below. What is left empty is left out; different spellings of one name are different names.
 */
export function sharedMembers(documents: readonly JsonObject[]): JsonObject {
  const [first = {}, ...others] = documents
  return others.reduce<JsonObject>(
    (shared, other) => (shared === other ? shared : sharedByTwo(shared, other)),
    first,
  )
}

function sharedByTwo(one: JsonObject, other: JsonObject): JsonObject {
  const shared: { [key: string]: JsonValue } = {}
  for (const [key, value] of Object.entries(one)) {
    const beside = Object.hasOwn(other, key) ? other[key] : undefined
    const both = beside === undefined ? undefined : sharedValue(value, beside)
    if (both !== undefined) Object.defineProperty(shared, key, { ...plainMember, value: both })
  }
  return shared
}

/** A document may have a member of any name, `__proto__` too. */
const plainMember = { configurable: true, enumerable: true, writable: true }

function sharedValue(one: JsonValue, other: JsonValue): JsonValue | undefined {
  if (isJsonObject(one) && isJsonObject(other)) {
    const shared = sharedByTwo(one, other)
    return Object.keys(shared).length === 0 ? undefined : shared
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    const others = new Set(other.map(canonicalJson))
    const shared = one.filter((element: JsonValue) => others.has(canonicalJson(element)))
    return shared.length === 0 ? undefined : shared
  }
  return one === other ? one : undefined
}
