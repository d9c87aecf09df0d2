import { isJsonObject, type JsonObject, type JsonValue, type Schema } from '#base'
import { routes } from '#api'
import type { FuzzTarget } from './fuzz.ts'
import { oneOf, type Draw } from './random.ts'

/** A body for a route of the API. */
interface BodyInput {
  readonly route: string
  readonly text: string
}

interface KnownBody {
  readonly route: string
  readonly schema: Schema<unknown>
}

const bodies: readonly KnownBody[] = Object.entries(routes).flatMap(([route, { body }]) => {
  const schema: Schema<unknown> | undefined = body
  return schema === undefined ? [] : [{ route, schema }]
})

/** Bodies of the API's routes: what a schema lets through is what its JSON Schema, read by itself, lets through. */
export function requestBodies(draw: Draw): FuzzTarget<BodyInput> {
  let [read, refused, notJson] = [0, 0, 0]
  const readingOf = ({ route, text }: BodyInput) => {
    const known = bodies.find((each) => each.route === route)
    if (known === undefined) throw new Error(`${route} takes no body`)
    let value: JsonValue
    try {
      value = JSON.parse(text)
    } catch {
      return undefined
    }
    return { value, schema: known.schema, result: known.schema.read(value, 'body') }
  }
  return {
    next() {
      const { route, schema } = oneOf(draw, bodies)
      const text = JSON.stringify(drawn(schema.json, draw, 0)) ?? 'null'
      return { route, text: draw(10) === 0 ? spoilt(text, draw) : text }
    },
    work: (input) => void readingOf(input),
    judge(input) {
      const reading = readingOf(input)
      if (reading === undefined) {
        notJson++
        return undefined
      }
      const { value, schema, result } = reading
      if (result.ok) read++
      else refused++
      if (!result.ok) {
        if (result.error.length === 0 || result.error.some(({ message }) => message === ''))
          return 'is refused without a reason'
        return isOf(schema.json, value) ? 'is refused although it is as documented' : undefined
      }
      const again = schema.read(result.value, 'body')
      if (!again.ok) return 'is read as what would be refused'
      return isOf(schema.json, JSON.parse(JSON.stringify(result.value)))
        ? undefined
        : 'is accepted although it is not as documented'
    },
    shown: ({ route, text }) => `${route} ${text}`,
    counts: () => ({ routes: bodies.length, read, refused, notJson }),
  }
}

/** Whether a value is what a JSON Schema of ours says: the slow twin of reading it. */
function isOf(schema: JsonObject, value: JsonValue): boolean {
  const { type, properties, required, items, additionalProperties } = schema
  if (Array.isArray(schema['enum'])) return schema['enum'].some((each) => each === value)
  if (Array.isArray(schema['anyOf'])) {
    return schema['anyOf'].some((each) => isJsonObject(each) && isOf(each, value))
  }
  if (type === undefined) return true
  if (type === 'object') {
    if (!isJsonObject(value)) return false
    if (Array.isArray(required) && required.some((name) => !Object.hasOwn(value, String(name)))) {
      return false
    }
    return Object.entries(value).every(([name, member]) => {
      const own = isJsonObject(properties) && Object.hasOwn(properties, name) && properties[name]
      return isJsonObject(own) ? isOf(own, member) : additionalProperties !== false
    })
  }
  if (type === 'array') {
    if (!Array.isArray(value) || value.length > limit(schema, 'maxItems')) return false
    return isJsonObject(items) ? value.every((each) => isOf(items, each)) : true
  }
  if (type === 'string') {
    if (typeof value !== 'string') return false
    return (
      value.length >= -limit(schema, 'minLength', -1) && value.length <= limit(schema, 'maxLength')
    )
  }
  if (type === 'integer' || type === 'number') {
    if (typeof value !== 'number' || (type === 'integer' && !Number.isSafeInteger(value)))
      return false
    return value >= -limit(schema, 'minimum', -1) && value <= limit(schema, 'maximum')
  }
  return typeof value === type
}

/** A limit of a schema; without one infinite. With `sign` -1: negated. */
function limit(schema: JsonObject, name: string, sign = 1): number {
  const found = schema[name]
  return typeof found === 'number' ? sign * found : Infinity
}

const names = [
  '',
  'a',
  '__proto__',
  'constructor',
  'toString',
  'id',
  'rule',
  'query',
  'é',
  'x'.repeat(600),
]
const texts = [
  '',
  'a',
  'now-1d',
  '2026-11-24T12:00:00Z',
  'true',
  '5',
  '-1',
  'kuery',
  'eql',
  '\ud800',
  '\u0000',
  'x'.repeat(600),
  'a,b',
]

/** A value that is nearly what a schema says. */
function drawn(schema: JsonObject, draw: Draw, depth: number): JsonValue {
  if (draw(40) === 0 || depth > 8) return anything(draw, depth)
  const { type, properties, items, required } = schema
  if (Array.isArray(schema['enum'])) return oneOf(draw, [...schema['enum'], 'x'])
  if (type === 'object') {
    const members = Object.entries(isJsonObject(properties) ? properties : {})
    const needed = new Set(Array.isArray(required) ? required : [])
    const chosen = members.filter(([name]) => draw(30) > 0 && (needed.has(name) || draw(3) === 0))
    const made = chosen.map(([name, own]): [string, JsonValue] => [
      name,
      isJsonObject(own) ? drawn(own, draw, depth + 1) : null,
    ])
    if (draw(20) === 0) made.push([oneOf(draw, names), anything(draw, depth + 1)])
    return JSON.parse(
      `{${made.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
    )
  }
  if (type === 'array') {
    const of = isJsonObject(items) ? items : {}
    return Array.from({ length: draw(draw(100) === 0 ? 200 : 4) }, () => drawn(of, draw, depth + 1))
  }
  if (type === 'string') return oneOf(draw, texts)
  if (type === 'integer' || type === 'number')
    return oneOf(draw, [0, 1, 5, 100, 10_000, -1, 1.5, 2 ** 53, 1e300])
  if (type === 'boolean') return draw(2) === 0
  return anything(draw, depth + 1)
}

/** Anything, for where something else is expected. */
function anything(draw: Draw, depth: number): JsonValue {
  if (draw(3) > 0 || depth > 10) {
    return oneOf<JsonValue>(draw, [null, true, 0, 1.5, -1, 1e300, '', 'x', [], {}, ...texts])
  }
  if (draw(200) === 0) return JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`)
  if (draw(2) === 0) return Array.from({ length: draw(4) }, () => anything(draw, depth + 1))
  return Object.fromEntries(
    Array.from({ length: draw(4) }, () => [oneOf(draw, names), anything(draw, depth + 1)]),
  )
}

function spoilt(text: string, draw: Draw): string {
  const at = draw(text.length + 1)
  return (
    text.slice(0, at) + oneOf(draw, ['', ',', '"', '{', ']', '\\', 'é']) + text.slice(at + draw(3))
  )
}
