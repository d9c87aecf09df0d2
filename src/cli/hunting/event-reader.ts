import { isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import type { EventDocument } from '#event'
import type { Reading, RecordReader } from '#integration'
import type { Line } from '#server'
import { eventOf, eventOfLine, lineProblem, type EventNames } from './event-lines.ts'
import type { InputFormat } from './formats.ts'
import type { LineProblem } from './portion.ts'

/** An event with its place, or a line that gives none although it should. */
export type ReadLine =
  | {
      readonly kind: 'event'
      readonly number: number
      readonly part?: number
      readonly event: EventDocument
    }
  | ({ readonly kind: 'unreadable' } & LineProblem)

/** Makes events of the lines of one input, in their order. */
export interface EventReader {
  take(line: Line): readonly ReadLine[]
  end(): readonly ReadLine[]
}

/** Where events are read, and what they are called where they do not say so themselves. */
export interface ReadingPlace {
  readonly path: string
  /** The index of an event that names none, by itself or through its `data_stream` fields. */
  readonly namelessIndex: string
  readonly nowMs: number
}

/** An {@link EventReader} of a format. What is not finished at the end of a line is bounded. */
export function eventReader(format: InputFormat, place: ReadingPlace): EventReader {
  if (format === 'ndjson') return eventsByLine(place)
  if (format === 'json') return eventsOfText(place)
  return eventsOfRecords(format.reader(place), place)
}

/** What an event is called that does not name itself: by its place. */
export function placeName(path: string, number: number, part = 0): string {
  return part === 0 ? `${path}:${number}` : `${path}:${number}.${part}`
}

function eventsByLine({ path, namelessIndex }: ReadingPlace): EventReader {
  let action: EventNames = {}
  return {
    take(line) {
      const found = eventOfLine(line, { path, namelessIndex, action })
      if (found.kind === 'nothing') return []
      action = found.kind === 'action' ? found.names : {}
      return found.kind === 'action' ? [] : [{ ...found, number: line.number }]
    },
    end: () => [],
  }
}

/** A text over many lines is held whole, if it is no larger. */
const maxTextLength = 64 * 1024 * 1024

/**
 * The events of one JSON text: a document, a list of them, or the answer of a search with its hits. They are
 * named by their number in the text.
 */
function eventsOfText({ path, namelessIndex }: ReadingPlace): EventReader {
  let texts: string[] = []
  let length = 0
  let problem: LineProblem | undefined
  return {
    take(line) {
      if (problem !== undefined) return []
      const reason = lineProblem(line)
      if (reason !== undefined || line.kind !== 'text') {
        problem = { number: line.number, reason: reason ?? '' }
        return []
      }
      length += line.text.length + 1
      texts.push(line.text)
      if (length > maxTextLength) {
        texts = []
        problem = { number: line.number, reason: tooLong }
      }
      return []
    },
    end() {
      if (problem !== undefined) return [{ kind: 'unreadable', ...problem }]
      const documents = documentsOf(texts.join('\n'))
      if (typeof documents === 'string')
        return [{ kind: 'unreadable', number: 1, reason: documents }]
      return documents.map((value, place): ReadLine => {
        const number = place + 1
        if (!isJsonObject(value)) {
          return { kind: 'unreadable', number, reason: 'expected a JSON object in the list' }
        }
        const event = eventOf(value, { path, namelessIndex, action: {}, number })
        return { kind: 'event', number, event }
      })
    },
  }
}

const tooLong =
  'it is one JSON text of more than 64 MiB; write one document a line instead: jq -c .[] FILE'

function documentsOf(text: string): readonly JsonValue[] | string {
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    return `it is neither JSON documents, one a line, nor one JSON text: ${messageOf(thrown)}`
  }
  if (Array.isArray(value)) return value
  if (!isJsonObject(value)) return 'expected a JSON object or a list of them'
  const hits = isJsonObject(value['hits']) ? value['hits']['hits'] : undefined
  return Array.isArray(hits) ? hits : [value]
}

function eventsOfRecords(records: RecordReader, { path }: ReadingPlace): EventReader {
  const read = (reading: Reading): ReadLine => {
    if (reading.kind === 'rejected') {
      return { kind: 'unreadable', number: reading.number, reason: reading.reason }
    }
    const { number, part, index, source } = reading
    const event = { index, id: placeName(path, number, part), source }
    return { kind: 'event', number, ...(part !== undefined && { part }), event }
  }
  return {
    take(line) {
      const reason = lineProblem(line)
      if (reason !== undefined) return [{ kind: 'unreadable', number: line.number, reason }]
      return line.kind === 'text' ? records.take(line.text, line.number).map(read) : []
    },
    end: () => records.end().map(read),
  }
}

/** The text of an event that is handed on with its names: as an export writes it. */
export function exported({ index, id, source }: EventDocument): JsonObject {
  return { _index: index, _id: id, _source: source }
}
