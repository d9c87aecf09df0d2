import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** The value at a path of keys, undefined where any step is missing. */
export function valueAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): JsonValue | undefined {
  let at = node
  for (const key of path) {
    if (!isJsonObject(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}

/** The string at a path; undefined where it is absent, empty or something else. */
export function textAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): string | undefined {
  const value = valueAt(node, ...path)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The boolean at a path, undefined where there is none. */
export function flagAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): boolean | undefined {
  const value = valueAt(node, ...path)
  return typeof value === 'boolean' ? value : undefined
}

/** The number at a path, undefined where there is none. */
export function numberAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): number | undefined {
  const value = valueAt(node, ...path)
  return typeof value === 'number' ? value : undefined
}

/** The array at a path; empty where it is absent, null or something else. */
export function listAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): readonly JsonValue[] {
  const value = valueAt(node, ...path)
  return Array.isArray(value) ? value : []
}

/** The strings of the array at a path; one string counts as a list of one. */
export function textsAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): readonly string[] {
  const value = valueAt(node, ...path)
  if (typeof value === 'string' && value !== '') return [value]
  return listAt(node, ...path).filter((each) => typeof each === 'string')
}

/** The object at a path; empty where it is absent, null or something else. */
function objectAt(node: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  const value = valueAt(node, ...path)
  return isJsonObject(value) ? value : {}
}

/** The string members of the object at a path. */
export function textMembersAt(
  node: JsonValue | undefined,
  ...path: readonly string[]
): { readonly [key: string]: string } {
  const members: { [key: string]: string } = Object.create(null)
  for (const [key, value] of Object.entries(objectAt(node, ...path))) {
    if (typeof value === 'string') members[key] = value
  }
  return members
}
