import { isJsonObject, type JsonValue } from './json.ts'
import { err, ok, type Result } from './result.ts'

interface Said {
  /** What a form calls it. */
  readonly title: string
  readonly help?: string
}

/** One value that a person gives to something that is done for them. */
export type Parameter =
  | (Said & {
      readonly kind: 'text'
      readonly required: boolean
      readonly maxLength: number
      /** What the whole text must look like, and in words. */
      readonly like?: { readonly pattern: RegExp; readonly words: string }
      /** Several lines are expected. */
      readonly isLong?: true
      /** Never given back, never written to a log. */
      readonly isSecret?: true
      readonly default?: string
    })
  | (Said & {
      readonly kind: 'number'
      /** Both ends are in; whole numbers only. */
      readonly least: number
      readonly most: number
      /** Absent: it must be given. */
      readonly default?: number
    })
  | (Said & {
      readonly kind: 'choice'
      readonly choices: readonly string[]
      readonly default: string
    })
  | (Said & { readonly kind: 'switch'; readonly default: boolean })

/** Parameters by their names. */
export type Parameters = { readonly [name: string]: Parameter }

/** What was given for {@link Parameters}, checked; what may be left out and was is not there. */
export type Values = { readonly [name: string]: string | number | boolean }

/**
 * Checks what was given. Digits in a text count as numbers, `true` and `false` as switches, for command lines.
 * All problems come at once, each as a sentence that begins with the name.
 */
export function readValues(
  parameters: Parameters,
  given: JsonValue,
): Result<Values, readonly string[]> {
  if (!isJsonObject(given)) return err(['parameters: expected an object'])
  const problems: string[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(parameters, name))
    .map((name) => `${name}: is unknown; known are ${Object.keys(parameters).join(', ') || 'none'}`)
  const values: { [name: string]: string | number | boolean } = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    const read = readValue(parameter, Object.hasOwn(given, name) ? given[name] : undefined)
    if (!read.ok) problems.push(`${name}: ${read.error}`)
    else if (read.value !== undefined) values[name] = read.value
  }
  return problems.length > 0 ? err(problems) : ok(values)
}

type Read = Result<string | number | boolean | undefined, string>

function readValue(parameter: Parameter, given: JsonValue | undefined): Read {
  if (given === undefined || given === null || given === '') return leftOut(parameter)
  if (parameter.kind === 'number') return readNumber(parameter, given)
  if (parameter.kind === 'switch') {
    if (given === true || given === 'true') return ok(true)
    if (given === false || given === 'false') return ok(false)
    return err('expected true or false')
  }
  if (typeof given !== 'string') return err('expected a text')
  if (parameter.kind === 'choice') {
    return parameter.choices.includes(given)
      ? ok(given)
      : err(`expected one of ${parameter.choices.join(', ')}`)
  }
  if (given.length > parameter.maxLength) {
    return err(`expected at most ${parameter.maxLength} characters`)
  }
  const { like } = parameter
  return like === undefined || like.pattern.test(given) ? ok(given) : err(`expected ${like.words}`)
}

function leftOut(parameter: Parameter): Read {
  if (parameter.default !== undefined) return ok(parameter.default)
  const isNeeded = parameter.kind !== 'text' || parameter.required
  return isNeeded ? err('is missing') : ok(undefined)
}

function readNumber(
  { least, most }: Extract<Parameter, { readonly kind: 'number' }>,
  given: JsonValue,
): Read {
  const number = typeof given === 'string' && /^-?\d{1,15}$/.test(given) ? Number(given) : given
  return typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most
    ? ok(number)
    : err(`expected a whole number from ${least} to ${most}`)
}

/** A text among values that were checked; empty where it was left out. */
export function textIn(values: Values, name: string): string {
  const value = values[name]
  return typeof value === 'string' ? value : ''
}

/** A number among values that were checked; undefined where it was left out. */
export function numberIn(values: Values, name: string): number | undefined {
  const value = values[name]
  return typeof value === 'number' ? value : undefined
}

/** A switch among values that were checked. */
export function switchIn(values: Values, name: string): boolean {
  return values[name] === true
}
