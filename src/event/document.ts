import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** One ECS document as it came: nested objects, dotted keys, or both. */
export type EventSource = JsonObject

/** One dotted field name: `process.parent.executable`. */
export type FieldName = string

/** A leaf of a document. */
export type FieldValue = string | number | boolean

/**
 * Every value of a field, arrays and arrays of objects flattened, in document order; nulls left out.
 * Dotted keys and nested objects are the same path, also mixed (`{"process.parent": {"name": …}}`).
 * Objects themselves are not values. Cost: the length of the path times the objects met.
 */
export function valuesOf(source: EventSource, field: FieldName): readonly FieldValue[] {
  const found: FieldValue[] = []
  someNodeAt(source, knownPathOf(field), (node) => {
    if (node !== null && !isJsonObject(node)) found.push(leafOf(node))
    return false
  })
  return found
}

/** The first value of a field, if there is one. */
export function firstValueOf(source: EventSource, field: FieldName): FieldValue | undefined {
  return valuesOf(source, field)[0]
}

/**
 * The objects at a path, arrays flattened: what a `nested` query iterates over.
 * Each keeps its own shape; scalars are left out. The empty path is the document itself.
 */
export function objectsAt(source: EventSource, path: FieldName): readonly JsonObject[] {
  if (path === '') return [source]
  const found: JsonObject[] = []
  someNodeAt(source, pathOf(path), (node) => {
    if (isJsonObject(node)) found.push(node)
    return false
  })
  return found
}

/** Calls `visit` with every leaf and its dotted field name, in document order; nulls left out. */
export function forEachLeaf(
  source: EventSource,
  visit: (field: FieldName, value: FieldValue) => void,
): void {
  someLeaf(source, (field, value) => {
    visit(field, value)
    return false
  })
}

/** Whether some leaf passes the test; leaves are met in document order, and none after the first that passes. */
export function someLeaf(
  source: EventSource,
  test: (field: FieldName, value: FieldValue) => boolean,
): boolean {
  return someLeafOf(source, undefined, test)
}

/**
 * Whether some leaf at a field or anywhere below it passes the test, by its full name; dotted keys that go
 * on below the field count too. Cost: the keys of the objects on the way.
 */
export function someLeafAtOrBelow(
  source: EventSource,
  field: FieldName,
  test: (field: FieldName, value: FieldValue) => boolean,
): boolean {
  const stack: { readonly node: JsonValue; readonly rest: string }[] = [
    { node: source, rest: field },
  ]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, rest } = top
    if (Array.isArray(node)) {
      for (let i = node.length - 1; i >= 0; i--) stack.push({ node: node[i] ?? null, rest })
    } else if (isJsonObject(node)) {
      for (const key of Object.keys(node)) {
        const member = node[key] ?? null
        if (key.startsWith(rest) && (key.length === rest.length || key[rest.length] === '.')) {
          if (someLeafOf(member, field + key.slice(rest.length), test)) return true
        } else if (rest[key.length] === '.' && rest.startsWith(key)) {
          stack.push({ node: member, rest: rest.slice(key.length + 1) })
        }
      }
    }
  }
  return false
}

/** Leaves of a node whose own name is known; undefined for the document itself. */
function someLeafOf(
  start: JsonValue,
  startName: string | undefined,
  test: (field: FieldName, value: FieldValue) => boolean,
): boolean {
  // An explicit stack: documents come from outside and may be nested deeper than the call stack.
  const stack: { readonly node: JsonValue; readonly name: string | undefined }[] = [
    { node: start, name: startName },
  ]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, name } = top
    if (Array.isArray(node)) {
      for (let i = node.length - 1; i >= 0; i--) stack.push({ node: node[i] ?? null, name })
    } else if (isJsonObject(node)) {
      const prefix = name === undefined ? '' : `${name}.`
      const keys = Object.keys(node)
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i] ?? ''
        stack.push({ node: node[key] ?? null, name: prefix + key })
      }
    } else if (node !== null && test(name ?? '', leafOf(node))) {
      return true
    }
  }
  return false
}

/** A field name made ready for many look-ups: every way of cutting it into a key and the rest. */
export interface FieldPath {
  /** The whole remaining name as one key, first; then each shorter key with what follows it. */
  readonly steps: readonly { readonly key: string; readonly rest: FieldPath | undefined }[]
}

/**
 * Compiles a field name for {@link someValue} and {@link someNodeAt}. Cost: the square of its dots, once;
 * a name with more than a thousand dots is met as one dotted key only.
 */
export function pathOf(field: FieldName): FieldPath {
  const byStart = new Map<number, FieldPath>()
  const dots = [...field.matchAll(/\./g)].map((match) => match.index)
  if (dots.length > 1000) return { steps: [{ key: field, rest: undefined }] }
  for (const start of [...dots.map((dot) => dot + 1).toReversed(), 0]) {
    const steps: { key: string; rest: FieldPath | undefined }[] = [
      { key: field.slice(start), rest: undefined },
    ]
    for (const dot of dots) {
      if (dot >= start) steps.push({ key: field.slice(start, dot), rest: byStart.get(dot + 1) })
    }
    byStart.set(start, { steps })
  }
  return byStart.get(0) ?? { steps: [] }
}

const paths = new Map<FieldName, FieldPath>()

/** {@link pathOf}, remembered: rules name some fields again and again. */
export function knownPathOf(field: FieldName): FieldPath {
  const known = paths.get(field)
  if (known !== undefined) return known
  if (paths.size >= maxPaths) paths.clear()
  const path = pathOf(field)
  paths.set(field, path)
  return path
}

const maxPaths = 1_000

/** Whether some value at a path passes the test, in document order. The hot way to read a field. */
export function someValue(
  source: EventSource,
  path: FieldPath,
  test: (value: FieldValue) => boolean,
): boolean {
  const { steps } = path
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]
    if (step === undefined) break
    const node = memberOf(source, step.key)
    if (node === undefined || node === null) continue
    if (typeof node !== 'object') {
      if (step.rest === undefined && test(node)) return true
    } else if (isJsonObject(node)) {
      if (step.rest !== undefined && someValue(node, step.rest, test)) return true
    } else if (someElement(node, step.rest, test)) {
      return true
    }
  }
  return false
}

function someElement(
  elements: readonly JsonValue[],
  rest: FieldPath | undefined,
  test: (value: FieldValue) => boolean,
): boolean {
  for (const element of elements) {
    if (element === null) continue
    if (Array.isArray(element)) {
      // Arrays in arrays are rare and may be hostile: leave the recursion for the stack below.
      const passes = (node: JsonValue) => isLeaf(node) && test(leafOf(node))
      if (someNodeOf(element, rest, passes)) return true
    } else if (isJsonObject(element)) {
      if (rest !== undefined && someValue(element, rest, test)) return true
    } else if (rest === undefined && isLeaf(element) && test(leafOf(element))) {
      return true
    }
  }
  return false
}

/** Whether some node at a path, arrays flattened, passes the test: leaves, objects and nulls, in document order. */
export function someNodeAt(
  source: EventSource,
  path: FieldPath,
  test: (node: JsonValue) => boolean,
): boolean {
  return someNodeOf(source, path, test)
}

function someNodeOf(
  start: JsonValue,
  path: FieldPath | undefined,
  test: (node: JsonValue) => boolean,
): boolean {
  const stack: { readonly node: JsonValue; readonly rest: FieldPath | undefined }[] = [
    { node: start, rest: path },
  ]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, rest } = top
    if (Array.isArray(node)) {
      for (let i = node.length - 1; i >= 0; i--) stack.push({ node: node[i] ?? null, rest })
    } else if (rest === undefined) {
      if (test(node)) return true
    } else if (isJsonObject(node)) {
      for (let i = rest.steps.length - 1; i >= 0; i--) {
        const step = rest.steps[i]
        const member = step === undefined ? undefined : memberOf(node, step.key)
        if (member !== undefined) stack.push({ node: member, rest: step?.rest })
      }
    }
  }
  return false
}

function memberOf(node: JsonObject, key: string): JsonValue | undefined {
  const member = node[key]
  // `{}.constructor` is a function and `{}.__proto__` an object: only a document's own keys count.
  if (member === undefined || !(key in Object.prototype)) return member
  return Object.hasOwn(node, key) ? member : undefined
}

function isLeaf(node: JsonValue): boolean {
  return node !== null && typeof node !== 'object'
}

/** Narrows a node that is neither null nor an object: what a JSON leaf can be. */
function leafOf(node: JsonValue): FieldValue {
  return typeof node === 'object' ? '' : node
}
