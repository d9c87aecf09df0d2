import { maxFieldNames } from '../limits.ts'

/** What one part of the store knows of one of its indices. */
export interface IndexPart {
  readonly events: number
  readonly firstMs?: number
  readonly lastMs?: number
  /** Names of fields and objects; null where there were too many to remember, or not all are known yet. */
  readonly fields: ReadonlySet<string> | null
}

/** An {@link IndexPart} that grows with its events. */
export interface GrowingIndexPart {
  addEvent(times: readonly number[]): void
  /** Remembers names, up to {@link maxFieldNames}. */
  addNames(names: Iterable<string>): void
  part(): IndexPart
}

/** An index without events. */
export function growingIndexPart(): GrowingIndexPart {
  let events = 0
  let firstMs: number | undefined
  let lastMs: number | undefined
  let fields: Set<string> | null = new Set()
  return {
    addEvent: (times) => {
      events++
      for (const ms of times) {
        firstMs = Math.min(firstMs ?? ms, ms)
        lastMs = Math.max(lastMs ?? ms, ms)
      }
    },
    addNames: (names) => {
      for (const name of names) fields?.add(name)
      if (fields !== null && fields.size > maxFieldNames) fields = null
    },
    part: () => ({
      events,
      fields,
      ...(firstMs === undefined ? {} : { firstMs }),
      ...(lastMs === undefined ? {} : { lastMs }),
    }),
  }
}
