import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** The object at a path, whether it is written nested, dotted or both; of an array its first object. */
export function objectBelow(node: JsonValue, path: string): JsonObject {
  const object: JsonValue = Array.isArray(node) ? (node.find(isJsonObject) ?? null) : node
  if (!isJsonObject(object)) return {}
  if (path === '') return object
  const found: JsonObject[] = []
  for (const [key, member] of Object.entries(object)) {
    if (key === path) found.push(objectBelow(member, ''))
    else if (path.startsWith(`${key}.`)) {
      found.push(objectBelow(member, path.slice(key.length + 1)))
    } else if (key.startsWith(`${path}.`)) {
      found.push({ [key.slice(path.length + 1)]: member })
    }
  }
  return Object.assign({}, ...found)
}
