import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** The value at a path of keys, as far as there are objects on the way. */
export function at(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): JsonValue | undefined {
  let found = value
  for (const key of keys) {
    found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined
  }
  return found
}

/** The text at a path; numbers as they are written; undefined for anything else and for an empty one. */
export function textAt(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): string | undefined {
  const found = at(value, ...keys)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** The whole number at a path, written as a number or as a text. */
export function numberAt(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): number | undefined {
  const text = textAt(value, ...keys)
  const number = text === undefined ? Number.NaN : Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: JsonValue | undefined, ...keys: readonly string[]): JsonObject {
  const found = at(value, ...keys)
  return isJsonObject(found) ? found : {}
}

/** The texts of a list at a path. */
export function textsAt(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): readonly string[] {
  const found = at(value, ...keys)
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : []
}

/** A time as ISO text, from text that says a date or from epoch milliseconds; undefined for what is no time. */
export function isoTime(time: string | number | undefined): string | undefined {
  if (time === undefined) return undefined
  const atMs = typeof time === 'number' ? time : Date.parse(time)
  const isTime = atMs >= -62_167_219_200_000 && atMs <= 253_402_300_799_999
  return isTime ? new Date(atMs).toISOString() : undefined
}
