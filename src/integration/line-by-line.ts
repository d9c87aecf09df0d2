import { isJsonObject, messageOf, type JsonObject } from '#base'
import type { Reading, ReadingContext, RecordReader } from './integration.ts'

/** A document with the data stream it belongs to. */
export interface Mapped {
  readonly index: string
  readonly source: JsonObject
}

/** The documents of a line, or why there are none. */
export type LineMapping = (
  line: string,
  context: ReadingContext,
) => Mapped | readonly Mapped[] | string

/** A {@link RecordReader} for formats of which every line stands for itself. Empty lines are passed over. */
export function lineByLine(map: LineMapping): (context: ReadingContext) => RecordReader {
  return (context) => ({
    take(line, number) {
      if (line.trim() === '') return []
      const mapped = map(line, context)
      if (typeof mapped === 'string') return [{ kind: 'rejected', number, reason: mapped }]
      const documents: readonly Mapped[] = 'source' in mapped ? [mapped] : mapped
      return documents.map((document, part): Reading => ({
        kind: 'event',
        number,
        ...(part > 0 && { part }),
        ...document,
      }))
    },
    end: () => [],
  })
}

/** The same for formats of which every line is a JSON object. */
export function jsonByLine(
  map: (record: JsonObject, context: ReadingContext) => ReturnType<LineMapping>,
): (context: ReadingContext) => RecordReader {
  return lineByLine((line, context) => {
    const record = jsonObjectOf(line)
    return typeof record === 'string' ? record : map(record, context)
  })
}

/** The JSON object that a text is, or why it is none. */
export function jsonObjectOf(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : 'expected a JSON object'
  } catch (thrown) {
    return `it is not JSON: ${messageOf(thrown)}`
  }
}
