import { WrittenSource, type EventSource, type FieldValue } from '#event'
import type { NewEvent, WrittenNewEvent } from '#store'
import { withIngestTime } from './ingest-time.ts'

/** An event on its way in, which does not say yet when it arrived: parsed, or as its text. */
export type Arrival = NewEvent | WrittenArrival

/** An event of which there is the text. */
export interface WrittenArrival extends Omit<NewEvent, 'source'> {
  readonly text: UnstampedText
}

/** JSON as JSON.stringify writes it, with `event.ingested` in it, whose value is not there yet. */
export interface UnstampedText {
  /** Nobody else's: the time of arrival is written into it. */
  readonly json: Buffer
  /** Where that goes: {@link stampLength} bytes. */
  readonly stampAt: number
  /** The one value of `@timestamp`. */
  readonly timestamp: FieldValue
}

/** Characters of a time as `toISOString` writes it, until the year 10000. */
export const stampLength = 24

/** Gives each arrival its time of arrival, epoch milliseconds: it can be kept then. */
export function stamper(nowMs: number): (arrival: Arrival) => NewEvent | WrittenNewEvent {
  const ingested = new Date(nowMs).toISOString()
  return (arrival) => {
    if (!('text' in arrival)) {
      return { ...arrival, source: withIngestTime(arrival.source, nowMs) }
    }
    const { index, id, text } = arrival
    text.json.write(ingested, text.stampAt, stampLength, 'latin1')
    const known = { '@timestamp': text.timestamp, 'event.ingested': ingested }
    const written = new WrittenSource(text.json, known)
    return id === undefined ? { index, written } : { index, id, written }
  }
}

/** What an arrival says, parsed. */
export function sourceOf(arrival: Arrival): EventSource {
  return 'text' in arrival ? JSON.parse(arrival.text.json.toString('utf8')) : arrival.source
}
