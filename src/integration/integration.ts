import type { JsonObject } from '#base'

/**
 * A named source of events that speaks a format of its own, and how that becomes ECS documents. One folder
 * below `integrations/`, with a sample and what is made of it, and one line in `integrations.ts`.
 */
export interface Integration {
  /** What people call it on a command line: `auditd`. */
  readonly name: string
  /** What it reads, in a few words. */
  readonly title: string
  /** The data streams that its documents go to, without namespace: `logs-auditd_manager.auditd`. */
  readonly streams: readonly string[]
  /** Whether a document may be made of several lines. */
  readonly joinsLines: boolean
  /** Whether a line is most likely of this format: for telling formats by their first lines. */
  isMeant(line: string): boolean
  /** Begins to read lines, in their order. */
  reader(context: ReadingContext): RecordReader
}

/** What a reading needs to know beside the lines. */
export interface ReadingContext {
  /** Epoch milliseconds: times that are written without a year lie in the twelve months before, or a day after. */
  readonly nowMs: number
}

/** Makes documents of lines. Holds no more than a stated number of unfinished ones. Never throws. */
export interface RecordReader {
  /** Takes the next line, without its line break; `number` names it in what comes of it. */
  take(line: string, number: number): readonly Reading[]
  /** What was unfinished at the end. */
  end(): readonly Reading[]
}

/** What came of a line, or of several that belong together. */
export type Reading =
  /** A document; `number` is its first line. Of several of one line `part` tells them apart, from 0. */
  | {
      readonly kind: 'event'
      readonly number: number
      readonly part?: number
      /** The data stream that it belongs to. */
      readonly index: string
      readonly source: JsonObject
    }
  /** A line that nothing could be made of, and why. */
  | { readonly kind: 'rejected'; readonly number: number; readonly reason: string }
