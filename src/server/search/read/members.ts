import { Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'

/** Reads one member of a request's body; each fails with a fault that names the place and what would be right. */

/** The fault for a body that is not as it must be at a place (`aggs.hosts.terms.size`). */
export function wrongAt(at: string, message: string): Fault {
  return new Fault('invalid', 'search.malformed', `[${at}] ${message}`)
}

/** The fault for what Elasticsearch can do, and this server cannot. */
export function unsupportedAt(at: string, message: string): Fault {
  return new Fault('invalid', 'search.unsupported', `[${at}] ${message}`)
}

/** An object. */
export function objectAt(value: JsonValue | undefined, at: string): JsonObject {
  if (isJsonObject(value)) return value
  throw wrongAt(at, `must be an object, found ${shown(value)}`)
}

/** An object that has no other members than these. */
export function objectOf(
  value: JsonValue | undefined,
  at: string,
  members: readonly string[],
): JsonObject {
  const object = objectAt(value, at)
  const strange = Object.keys(object).find((key) => !members.includes(key))
  if (strange === undefined) return object
  throw unsupportedAt(
    at,
    `does not know [${strange.slice(0, 100)}]; what it knows: ${members.join(', ')}`,
  )
}

/** A text that is not empty. */
export function textAt(value: JsonValue | undefined, at: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw wrongAt(at, `must be a text, found ${shown(value)}`)
}

/** A list; what is none counts as a list of one. */
export function listAt(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** A list of texts; one text counts as a list of one. */
export function textsAt(value: JsonValue | undefined, at: string): readonly string[] {
  return listAt(value).map((each, position) => textAt(each, `${at}[${position}]`))
}

/** A whole number between two bounds, both in; it may stand in a text, as in a query of an address. */
export function integerAt(
  value: JsonValue | undefined,
  at: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
    return number
  }
  throw wrongAt(at, `must be a whole number from ${least} to ${most}, found ${shown(value)}`)
}

/** True or false; the empty text of `?flag` is true. */
export function flagAt(value: JsonValue | undefined, at: string): boolean {
  if (value === true || value === 'true' || value === '') return true
  if (value === false || value === 'false') return false
  throw wrongAt(at, `must be true or false, found ${shown(value)}`)
}

/** One of a few words, in any case. */
export function wordAt<Word extends string>(
  value: JsonValue | undefined,
  at: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === String(value).toLowerCase())
  if (found !== undefined) return found
  throw wrongAt(at, `must be one of ${words.join(', ')}, found ${shown(value)}`)
}

/** A value as it was written, cut where it is long. */
export function shown(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
