import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '#base'

/**
 * What an alert holds under a name: the member spelt so, else the end of the path through objects and, by
 * position, arrays, where any stretch of the path may be one dotted key.
 */
export function valueAt(node: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(node)) {
    const [position = '', ...rest] = name.split('.')
    const element: JsonValue | undefined = node[Number(position)]
    return rest.length === 0 ? element : valueAt(element, rest.join('.'))
  }
  if (!isJsonObject(node)) return undefined
  if (Object.hasOwn(node, name)) return node[name]
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const key = name.slice(0, dot)
    if (!Object.hasOwn(node, key)) continue
    const found = valueAt(node[key], name.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a value holds all that is expected: objects may have more members, arrays must be as long. */
export function holds(found: JsonValue | undefined, expected: JsonValue): boolean {
  if (found === undefined) return false
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) return false
    return expected.every((element: JsonValue, i: number) => holds(found[i], element))
  }
  if (isJsonObject(expected)) {
    if (!isJsonObject(found)) return false
    return Object.entries(expected).every(([key, member]) => holds(found[key], member))
  }
  return found === expected
}

/** The expected fields that an alert does not hold, with what it has instead. */
export function missingFields(alert: JsonObject, fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, expected]) => !holds(valueAt(alert, name), expected))
      .map(([name]) => [name, valueAt(alert, name) ?? null]),
  )
}

/** Alerts by the values of fields, ascending, missing ones last; equal ones stay in their order. */
export function sortedBy(
  alerts: readonly JsonObject[],
  fields: readonly string[],
): readonly JsonObject[] {
  return alerts.toSorted((a, b) => {
    for (const field of fields) {
      const order = compared(valueAt(a, field), valueAt(b, field))
      if (order !== 0) return order
    }
    return 0
  })
}

function compared(a: JsonValue | undefined, b: JsonValue | undefined): number {
  const [left, right] = [first(a), first(b)]
  if (left === undefined || right === undefined) {
    return left === right ? 0 : left === undefined ? 1 : -1
  }
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [x, y] = [canonicalJson(left), canonicalJson(right)]
  return x < y ? -1 : x > y ? 1 : 0
}

function first(value: JsonValue | undefined): JsonValue | undefined {
  const one: JsonValue | undefined = Array.isArray(value) ? value[0] : value
  return one === null ? undefined : one
}

/** The same list for the same values in any order. */
export function multiset(values: readonly JsonValue[]): readonly string[] {
  return values.map(canonicalJson).toSorted()
}
