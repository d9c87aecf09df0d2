import type { StoredEvent } from '../event-store.ts'

/** An event as one line of NDJSON, line break included; `sourceText` is the JSON of its source. */
export function encodeLine(event: Omit<StoredEvent, 'source'>, sourceText: string): string {
  const { sequence, ingestedMs, index, id } = event
  return `{"sequence":${sequence},"ingestedMs":${ingestedMs},"index":${JSON.stringify(index)},"id":${JSON.stringify(id)},"source":${sourceText}}\n`
}

/** The events of NDJSON that {@link encodeLine} wrote and a checksum vouches for. */
export function decodeLines(bytes: Buffer): readonly DecodedLine[] {
  const lines: DecodedLine[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start)
    const stop = end < 0 ? bytes.length : end
    // A boundary: only StoredEvents are written as lines.
    const event = JSON.parse(bytes.toString('utf8', start, stop)) as StoredEvent
    lines.push({ event, bytes: stop + 1 - start })
    start = stop + 1
  }
  return lines
}

/** An event and the length of its line. */
export interface DecodedLine {
  readonly event: StoredEvent
  readonly bytes: number
}
