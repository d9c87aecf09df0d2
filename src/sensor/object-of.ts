import type { JsonObject, JsonValue } from '#base'

/** An object of the members that have a value; undefined ones are left out. */
export function objectOf(members: { readonly [key: string]: JsonValue | undefined }): JsonObject {
  const found: { [key: string]: JsonValue } = {}
  for (const key in members) {
    const value = members[key]
    if (value !== undefined) found[key] = value
  }
  return found
}

/** Like {@link objectOf}, undefined when nothing has a value. */
export function objectOrNone(members: {
  readonly [key: string]: JsonValue | undefined
}): JsonObject | undefined {
  const found = objectOf(members)
  for (const _ in found) return found
  return undefined
}
