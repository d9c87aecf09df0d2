import { Fault } from '#base'
import type { EventReader } from './event-reader.ts'

/** How long reading may go on. */
export interface ReadingTime {
  readonly nowMs: () => number
  /** Wall time, epoch milliseconds. */
  readonly untilMs: number
  /** What the reader is told when time is up. */
  readonly message: string
}

/** The same documents, until time is up. Faults: `timeout`, with the next page that is asked for after that. */
export function readerUntil(
  reader: EventReader,
  { nowMs, untilMs, message }: ReadingTime,
): EventReader {
  return {
    ...reader,
    async *search(request) {
      for await (const page of reader.search(request)) {
        if (nowMs() > untilMs) throw new Fault('timeout', 'detect.execution-too-long', message)
        yield page
      }
    },
  }
}
