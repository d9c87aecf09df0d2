import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '#base'

/** Members of several objects in one, inner objects too; different values of one name become an array. */
export function mergeMembers(parts: readonly JsonObject[]): JsonObject {
  return parts.reduce(merged, {})
}

function merged(a: JsonObject, b: JsonObject): JsonObject {
  const result: { [key: string]: JsonValue } = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined
    result[key] = before === undefined ? value : together(before, value)
  }
  return result
}

function together(a: JsonValue, b: JsonValue): JsonValue {
  if (isJsonObject(a) && isJsonObject(b)) return merged(a, b)
  const values = new Map([a, b].flat().map((value) => [canonicalJson(value), value]))
  const [only, ...more] = values.values()
  return only !== undefined && more.length === 0 ? only : [...values.values()]
}
