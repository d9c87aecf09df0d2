import type { StoredEvent } from '../event-store.ts'
import type { PlacedEvent, Wanted } from './block.ts'

/** An event as one line of NDJSON, line break included; `sourceText` is the JSON of its source. */
export function encodeLine(event: LineFacts, sourceText: string): string {
  return `${lineHead(event)}${sourceText}${lineEnd}`
}

/** What of an event stands before its source. */
export type LineFacts = Omit<StoredEvent, 'source'>

/** What stands in a line before the JSON of its source. */
export function lineHead({ sequence, ingestedMs, index, id }: LineFacts): string {
  return `{"sequence":${sequence},"ingestedMs":${ingestedMs}${placeOf(index, id)}`
}

/** What stands before a source, and nowhere before that: within a text its quotes are escaped. */
export const sourceKey = ',"source":'

/** What stands behind it. */
export const lineEnd = '}\n'

function placeOf(index: string, id: string): string {
  return `,"index":${JSON.stringify(index)},"id":${JSON.stringify(id)}${sourceKey}`
}

/** The sequence of the event of a line, read from its beginning alone. */
export function sequenceOf(bytes: Buffer, start: number): number {
  let sequence = 0
  for (let at = start + sequencePlace; ; at++) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return sequence
    sequence = sequence * 10 + digit
  }
}

const sequencePlace = '{"sequence":'.length

/** The event with an id in an index, parsed alone; undefined where no line has it. */
export function findLine(bytes: Buffer, index: string, id: string): StoredEvent | undefined {
  const place = Buffer.from(placeOf(index, id))
  for (let at = bytes.indexOf(place); at >= 0; at = bytes.indexOf(place, at + 1)) {
    const end = bytes.indexOf(0x0a, at)
    const event = decodeLine(bytes, bytes.lastIndexOf(0x0a, at) + 1, end < 0 ? bytes.length : end)
    // An event may hold such a text inside, so what was parsed decides.
    if (event.index === index && event.id === id) return event
  }
  return undefined
}

/** The events of NDJSON that {@link encodeLine} wrote and a checksum vouches for. */
export function decodeLines(bytes: Buffer): readonly DecodedLine[] {
  const lines: DecodedLine[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start)
    const stop = end < 0 ? bytes.length : end
    const event = decodeLine(bytes, start, stop)
    lines.push({ event, bytes: stop + 1 - start })
    start = stop + 1
  }
  return lines
}

/** The events of the lines that may be wanted, with their places, counted on from `firstRow`; the others are not parsed. */
export function decodeWanted(
  bytes: Buffer,
  { rows, line }: Wanted,
  firstRow = 0,
): readonly (PlacedEvent & { readonly bytes: number })[] {
  const wanted: (PlacedEvent & { readonly bytes: number })[] = []
  for (let start = 0, row = firstRow; start < bytes.length; row++) {
    const end = bytes.indexOf(0x0a, start)
    const stop = end < 0 ? bytes.length : end
    if (rows?.mayMatch(row) !== false && line?.(bytes, start, stop) !== false) {
      wanted.push({ event: decodeLine(bytes, start, stop), row, bytes: stop + 1 - start })
    }
    start = stop + 1
  }
  return wanted
}

/** An event and the length of its line. */
export interface DecodedLine {
  readonly event: StoredEvent
  readonly bytes: number
}

/** The event of one line. */
export function decodeLine(bytes: Buffer, start: number, end: number): StoredEvent {
  // A boundary: only StoredEvents are written as lines.
  return JSON.parse(bytes.toString('utf8', start, end)) as StoredEvent
}
