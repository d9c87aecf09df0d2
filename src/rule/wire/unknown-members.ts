import { nearestWord, type JsonObject } from '#base'
import type { WireReader } from './wire-reader.ts'

/**
 * What is left in an object after its known members were read, to be kept beside them; each is told as
 * a warning, with the known name that it resembles.
 */
export function extrasOf(reader: WireReader, known: readonly string[]): JsonObject {
  const rest = reader.rest()
  for (const key of Object.keys(rest)) reportUnknown(reader, key, known)
  return rest
}

/** Warns of a member that nobody here knows. */
export function reportUnknown(reader: WireReader, key: string, known: readonly string[]): void {
  const near = nearestWord(key, known)
  reader.reportKey(key, {
    code: 'rule.unknown-member',
    severity: 'warning',
    message: `[${key}] is not a member that is known here; it is kept, and does nothing`,
    ...(near === undefined ? {} : { help: `did you mean [${near}]?`, patch: near }),
  })
}
