import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { err, ok, type Result } from './result.ts'

/** One way in which a value is not what a schema asks for; `path` is dotted, empty for the value itself. */
export interface SchemaProblem {
  readonly path: string
  readonly message: string
}

/** A shape of JSON: checks values and describes itself as JSON Schema. */
export interface Schema<T> {
  /** JSON Schema, draft 2020-12. */
  readonly json: JsonObject
  /** May be left out of the object that has it. */
  readonly optional: boolean
  read(value: unknown, path: string): Result<T, readonly SchemaProblem[]>
}

/** The type of the values that a schema lets through. */
export type Infer<S> = S extends Schema<infer T> ? T : never

/** A schema by its JSON Schema and its reading. */
export function schema<T>(json: JsonObject, read: Schema<T>['read']): Schema<T> {
  return { json, optional: false, read }
}

function problem(path: string, message: string) {
  return err([{ path, message }])
}

/** A text; `pattern` and lengths count UTF-16 code units. */
export function string(
  limits: { readonly minLength?: number; readonly maxLength?: number } = {},
): Schema<string> {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = limits
  return schema({ type: 'string', ...limits }, (value, path) => {
    if (typeof value !== 'string') return problem(path, 'expected a text')
    if (value.length < minLength) return problem(path, `expected at least ${minLength} characters`)
    if (value.length > maxLength) return problem(path, `expected at most ${maxLength} characters`)
    return ok(value)
  })
}

/** A number without a fraction, both ends of the range in. Digits in a text count too, for query strings. */
export function integer(
  limits: { readonly minimum?: number; readonly maximum?: number } = {},
): Schema<number> {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = limits
  return schema({ type: 'integer', ...limits }, (value, path) => {
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
      return problem(path, 'expected a whole number')
    }
    if (number < minimum || number > maximum) {
      return problem(path, `expected a number from ${minimum} to ${maximum}`)
    }
    return ok(number)
  })
}

/** Any number. */
export function number(): Schema<number> {
  return schema({ type: 'number' }, (value, path) =>
    typeof value === 'number' ? ok(value) : problem(path, 'expected a number'),
  )
}

/** True or false; the texts `true` and `false` count too, for query strings. */
export function boolean(): Schema<boolean> {
  return schema({ type: 'boolean' }, (value, path) => {
    if (value === true || value === 'true') return ok(true)
    if (value === false || value === 'false') return ok(false)
    return problem(path, 'expected true or false')
  })
}

/** One of these texts. */
export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  return schema({ type: 'string', enum: values }, (value, path) => {
    const found = values.find((allowed) => allowed === value)
    return found === undefined ? problem(path, `expected one of ${values.join(', ')}`) : ok(found)
  })
}

/** A list. A single text counts as a list of one, split at commas, for query strings. */
export function list<T>(of: Schema<T>, maxItems = 10_000): Schema<readonly T[]> {
  return schema({ type: 'array', items: of.json, maxItems }, (value, path) => {
    const elements: unknown = typeof value === 'string' ? value.split(',') : value
    if (!Array.isArray(elements)) return problem(path, 'expected a list')
    if (elements.length > maxItems) return problem(path, `expected at most ${maxItems} elements`)
    const read = elements.map((element: unknown, at) => of.read(element, `${path}[${at}]`))
    const problems = read.flatMap((result) => (result.ok ? [] : result.error))
    if (problems.length > 0) return err(problems)
    return ok(read.flatMap((result) => (result.ok ? [result.value] : [])))
  })
}

/** An object with members of its owner's choosing. */
export function anyObject(): Schema<JsonObject> {
  return schema({ type: 'object' }, (value, path) =>
    isJsonObject(value) ? ok(value) : problem(path, 'expected an object'),
  )
}

/** Any JSON value. */
export function anyValue(): Schema<JsonValue> {
  return schema({}, (value, path) =>
    isJsonValue(value) ? ok(value) : problem(path, 'expected a value'),
  )
}

function isJsonValue(value: unknown): value is JsonValue {
  return value !== undefined && typeof value !== 'function'
}

/** Lets a member of an object be left out. */
export function optional<T>(of: Schema<T>): Schema<T | undefined> & { readonly optional: true } {
  return {
    json: of.json,
    optional: true,
    read: (value, path) => (value === undefined ? ok(undefined) : of.read(value, path)),
  }
}

/** Adds a sentence for readers of the documentation. */
export function described<S extends Schema<unknown>>(of: S, description: string): S {
  return { ...of, json: { ...of.json, description } }
}

type Members = { readonly [name: string]: Schema<unknown> }

type OptionalNames<M extends Members> = {
  [K in keyof M]: M[K] extends { readonly optional: true } ? K : never
}[keyof M]

/** The type of an object by its members. */
export type ObjectOf<M extends Members> = {
  readonly [K in Exclude<keyof M, OptionalNames<M>>]: Infer<M[K]>
} & { readonly [K in OptionalNames<M>]?: Exclude<Infer<M[K]>, undefined> }

/**
 * An object with these members; unknown ones are an error, so that a slip of the pen is told.
 */
export function object<M extends Members>(members: M): Schema<ObjectOf<M>> {
  const required = Object.keys(members).filter((name) => members[name]?.optional === false)
  const properties: JsonObject = Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, member.json]),
  )
  return schema(
    { type: 'object', properties, required, additionalProperties: false },
    (value, path) => {
      if (!isJsonObject(value)) return problem(path, 'expected an object')
      const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
      const problems: SchemaProblem[] = Object.keys(value)
        .filter((name) => !Object.hasOwn(members, name))
        .map((name) => ({ path: at(name), message: unknownMember(Object.keys(members)) }))
      const read: { [name: string]: unknown } = {}
      for (const [name, member] of Object.entries(members)) {
        if (!Object.hasOwn(value, name) && !member.optional) {
          problems.push({ path: at(name), message: 'is missing' })
          continue
        }
        const result = member.read(value[name], at(name))
        if (!result.ok) problems.push(...result.error)
        else if (result.value !== undefined) read[name] = result.value
      }
      // Every member was read by its own schema: the object is what the members say.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      return problems.length > 0 ? err(problems) : ok(read as ObjectOf<M>)
    },
  )
}

function unknownMember(known: readonly string[]): string {
  return known.length === 0
    ? 'is unknown: nothing is expected here'
    : `is unknown; known are ${known.join(', ')}`
}
