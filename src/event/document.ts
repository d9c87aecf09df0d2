import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** One ECS document as it came: nested objects, dotted keys, or both. */
export type EventSource = JsonObject

/** A document and where it lives. `index` is the concrete data stream or index, `id` unique in it. */
export interface EventDocument {
  readonly index: string
  readonly id: string
  readonly source: EventSource
}

/** One dotted field name: `process.parent.executable`. */
export type FieldName = string

/**
 * Every value of a field, arrays and arrays of objects flattened, in document order; nulls left out.
 * Dotted keys and nested objects are the same path, also mixed (`{"process.parent": {"name": …}}`).
 * Objects themselves are not values. Cost: the length of the path times the objects met.
 */
export function valuesOf(source: EventSource, field: FieldName): readonly FieldValue[] {
  const found: FieldValue[] = []
  collect(source, field, found)
  return found
}

/** A leaf of a document. */
export type FieldValue = string | number | boolean

function collect(node: JsonValue, path: string, found: FieldValue[]): void {
  if (Array.isArray(node)) {
    for (const element of node) collect(element, path, found)
    return
  }
  if (!isJsonObject(node)) return
  if (Object.hasOwn(node, path)) leaves(node[path] ?? null, found)
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot)
    if (Object.hasOwn(node, key)) collect(node[key] ?? null, path.slice(dot + 1), found)
  }
}

function leaves(value: JsonValue, found: FieldValue[]): void {
  if (Array.isArray(value)) {
    for (const element of value) leaves(element, found)
    return
  }
  if (value !== null && !isJsonObject(value)) found.push(value as FieldValue)
}

/** The first value of a field, if there is one. */
export function firstValueOf(source: EventSource, field: FieldName): FieldValue | undefined {
  return valuesOf(source, field)[0]
}

/**
 * The objects at a path, arrays flattened: what a `nested` query iterates over.
 * Each keeps its own shape; scalars are left out.
 */
export function objectsAt(source: EventSource, path: FieldName): readonly JsonObject[] {
  const found: JsonObject[] = []
  collectObjects(source, path, found)
  return found
}

function collectObjects(node: JsonValue, path: string, found: JsonObject[]): void {
  if (Array.isArray(node)) {
    for (const element of node) collectObjects(element, path, found)
    return
  }
  if (!isJsonObject(node)) return
  if (path === '') {
    found.push(node)
    return
  }
  if (Object.hasOwn(node, path)) collectObjects(node[path] ?? null, '', found)
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot)
    if (Object.hasOwn(node, key)) collectObjects(node[key] ?? null, path.slice(dot + 1), found)
  }
}

/** Calls `visit` with every leaf and its dotted field name, in document order; nulls left out. */
export function forEachLeaf(
  source: EventSource,
  visit: (field: FieldName, value: FieldValue) => void,
): void {
  const walk = (node: JsonValue, path: string): void => {
    if (Array.isArray(node)) {
      for (const element of node) walk(element, path)
    } else if (isJsonObject(node)) {
      for (const key of Object.keys(node)) {
        walk(node[key] ?? null, path === '' ? key : `${path}.${key}`)
      }
    } else if (node !== null) {
      visit(path, node as FieldValue)
    }
  }
  walk(source, '')
}
