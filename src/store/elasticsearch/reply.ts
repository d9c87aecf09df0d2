import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** Members of what a cluster answered, by path; each says what stands in for a member that is missing or of another kind. */
function valueAt(body: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = body
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined
  return value
}

/** A text, else empty. */
export function textAt(body: JsonObject, ...path: readonly string[]): string {
  const value = valueAt(body, path)
  return typeof value === 'string' ? value : ''
}

/** A number; undefined where there is none. */
export function numberAt(body: JsonObject, ...path: readonly string[]): number | undefined {
  const value = valueAt(body, path)
  return typeof value === 'number' ? value : undefined
}

/** An object, else an empty one. */
export function objectAt(body: JsonObject, ...path: readonly string[]): JsonObject {
  const value = valueAt(body, path)
  return isJsonObject(value) ? value : {}
}

/** The objects of a list, else none. */
export function objectsAt(body: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(body, path)
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
