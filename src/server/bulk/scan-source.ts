import { eventTimeOf, maxEventDepth, type FieldValue } from '#event'
import { scannedSlots, type ScannedSlots } from '#query'
import { stampLength, type UnstampedText } from '../arrival.ts'

/**
 * Takes documents in without parsing them: those that are written as JSON.stringify writes, that have one plain
 * `@timestamp` and say nothing of `event.ingested`. That is nearly all that shippers send.
 */
export interface SourceScanner {
  /** A copy of the document with room for its time of arrival; undefined: it must be parsed. The bytes are UTF-8. */
  scan(json: Uint8Array): UnstampedText | undefined
}

let shared: SourceScanner | undefined

/** The one scanner of this process, as its memory is some ten megabytes. Undefined where WebAssembly lacks SIMD. */
export function sourceScanner(): SourceScanner | undefined {
  if (shared !== undefined) return shared
  const slots = scannedSlots({
    slotsByField: new Map(Object.entries(slotOf)),
    presenceByField: new Map(),
    judgedToDepth: maxEventDepth,
  })
  shared = slots === undefined ? undefined : scannerOver(slots)
  return shared
}

const slotOf = { '@timestamp': 0, event: 1, 'event.ingested': 2 }

function scannerOver(slots: ScannedSlots): SourceScanner {
  return {
    scan(json) {
      if (!slots.scan(json) || !slots.isAsUsual()) return undefined
      if (slots.placesIn(slotOf['event.ingested']).length > 0) return undefined
      const timestamp = timestampIn(slots)
      const gap = gapIn(slots, json)
      if (timestamp === undefined || gap === undefined) return undefined
      const { at, before, after } = gap
      const stampAt = at + before.length
      const restAt = stampAt + stampLength + after.length
      const copy = Buffer.allocUnsafe(restAt + json.length - at)
      copy.set(json.subarray(0, at))
      copy.set(before, at)
      copy.set(after, stampAt + stampLength)
      copy.set(json.subarray(at), restAt)
      return { json: copy, stampAt, timestamp }
    },
  }
}

/** The one value of `@timestamp`, if it is a date by itself. */
function timestampIn(slots: ScannedSlots): FieldValue | undefined {
  const value = slots.valuesIn(slotOf['@timestamp'])
  if (value === undefined || typeof value === 'object') return undefined
  const isAlone = slots.placesIn(slotOf['@timestamp']).length === 1
  return isAlone && eventTimeOf({ '@timestamp': value }).ok ? value : undefined
}

/** Where the time of arrival goes, and what stands around it. */
interface Gap {
  readonly at: number
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** First in `event`, which is made where there is none; undefined for one that is no object, or an empty one. */
function gapIn(slots: ScannedSlots, json: Uint8Array): Gap | undefined {
  const places = slots.placesIn(slotOf.event)
  const [place] = places
  if (place === undefined) return { at: 1, ...inDocument }
  const isObject = slots.valuesIn(slotOf.event) === undefined && json[place] === openingBrace
  if (!isObject || places.length > 1 || json[place + 1] === closingBrace) return undefined
  return { at: place + 1, ...inEvent }
}

const [openingBrace, closingBrace] = [0x7b, 0x7d]
const inEvent = { before: Buffer.from('"ingested":"'), after: Buffer.from('",') }
const inDocument = { before: Buffer.from('"event":{"ingested":"'), after: Buffer.from('"},') }
