import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/**
 * What a document holds under a field name: the member spelt with dots, else what stands at the end of
 * the path through objects. Mixed spellings are not found, as in the product whose rules we run.
 */
export function memberAt(source: JsonObject, field: string): JsonValue | undefined {
  if (Object.hasOwn(source, field)) return source[field]
  let node: JsonValue | undefined = source
  for (const key of field.split('.')) {
    if (!isJsonObject(node) || !Object.hasOwn(node, key)) return undefined
    node = node[key]
  }
  return node
}

/** The elements of an array, or the one value there is; nothing for null and for absence. */
export function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** The members of an object with the objects below it spread out into dotted names; arrays stay whole. */
export function flattened(object: JsonObject, prefix = ''): JsonObject {
  const flat: { [key: string]: JsonValue } = {}
  for (const [key, value] of Object.entries(object)) {
    if (isJsonObject(value)) Object.assign(flat, flattened(value, `${prefix}${key}.`))
    else flat[`${prefix}${key}`] = value
  }
  return flat
}

/** All members below a name (`event`), spelt nested or dotted, as flat dotted names without it. */
export function membersBelow(source: JsonObject, name: string): JsonObject {
  const flat: { [key: string]: JsonValue } = {}
  for (const [key, value] of Object.entries(source)) {
    if (key === name && isJsonObject(value)) Object.assign(flat, flattened(value))
    if (!key.startsWith(`${name}.`)) continue
    const rest = key.slice(name.length + 1)
    if (isJsonObject(value)) Object.assign(flat, flattened(value, `${rest}.`))
    else flat[rest] = value
  }
  return flat
}

/** Copies an object without a field, spelt nested or dotted; objects left empty by that go too. */
export function withoutField(source: JsonObject, field: string): JsonObject {
  const kept: { [key: string]: JsonValue } = {}
  for (const [key, value] of Object.entries(source)) {
    if (key === field) continue
    if (isJsonObject(value) && field.startsWith(`${key}.`)) {
      const rest = withoutField(value, field.slice(key.length + 1))
      if (Object.keys(rest).length > 0 || Object.keys(value).length === 0) kept[key] = rest
      continue
    }
    kept[key] = value
  }
  return kept
}
