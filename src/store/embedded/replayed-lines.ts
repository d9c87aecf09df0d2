import { WrittenSource, type FieldValue } from '#event'
import { scannedSlots } from '#query'
import type { StoredEvent } from '../event-store.ts'
import { storedEvent } from '../written-event.ts'
import { trackedTimeFields } from './block.ts'
import { decodeLine, lineEnd, sourceKey, type DecodedLine, type LineFacts } from './event-line.ts'

/** The events of the lines of a log, in their order. */
export type LineReplay = (bytes: Buffer) => Iterable<DecodedLine>

/**
 * Reads lines of a log back without parsing what stands in their events: of each, the times by which it is found are
 * read from its bytes, and the rest when somebody asks. A line of which that cannot be said is parsed; all are,
 * where WebAssembly lacks SIMD. Makes some ten megabytes of memory, for as long as it is kept.
 */
export function lineReplay(): LineReplay {
  const slotsByField = new Map(trackedTimeFields.map((field, slot) => [field, slot]))
  const slots = scannedSlots({ slotsByField, presenceByField: new Map() })

  /** The fields of a source whose one value is known; undefined where it must be parsed. */
  const knownOf = (json: Buffer): WrittenSource['known'] | undefined => {
    if (slots?.scan(json) !== true) return undefined
    const known: { [field: string]: FieldValue } = {}
    for (const [field, slot] of slotsByField) {
      const value = slots.valuesIn(slot)
      if (value === undefined || typeof value === 'object') return undefined
      known[field] = value
    }
    return known
  }

  const eventIn = (bytes: Buffer, start: number, end: number): StoredEvent => {
    const at = bytes.indexOf(sourceKey, start, 'latin1') + sourceKey.length
    const json = bytes.subarray(at, end - (lineEnd.length - 1))
    const known = knownOf(json)
    if (known === undefined) return decodeLine(bytes, start, end)
    // A boundary: only `lineHead` writes what stands before a source.
    const place = JSON.parse(`${bytes.toString('utf8', start, at)}0}`) as LineFacts
    return storedEvent(place, { index: place.index, written: new WrittenSource(json, known) })
  }

  return function* (bytes) {
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(0x0a, start)
      const stop = end < 0 ? bytes.length : end
      yield { event: eventIn(bytes, start, stop), bytes: stop + 1 - start }
      start = stop + 1
    }
  }
}
