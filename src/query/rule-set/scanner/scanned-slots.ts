import type { FieldName, FieldValue } from '#event'
import { newScanner, type ScannerExports } from './scanner.ts'

/** The fields whose values are wanted, by name, with their slots. */
export interface WantedSlots {
  readonly slotsByField: ReadonlyMap<FieldName, number>
  /** Slots that hold `true` where something stands at a field or below it. */
  readonly presenceByField: ReadonlyMap<FieldName, number>
}

/** The values of chosen fields, read from the bytes of one document after the other without parsing it. */
export interface ScannedSlots {
  /**
   * Reads a document. False for bytes that are no JSON object, and for some rare ones that are: read those in
   * another way. The bytes must be UTF-8.
   */
  scan(json: Uint8Array): boolean
  /** What the document last read holds. */
  valuesIn(slot: number): FieldValue | FieldValue[] | undefined
}

/** Larger documents are read in another way. */
const maxBytes = 1024 * 1024

const maxFrames = 4096
const maxRecords = 16_384
/** Texts remembered so that each becomes a string once: at most so many, and bytes of them together. */
const maxKnown = 1 << 16
const maxKnownBytes = 4 * 1024 * 1024
/** Longer texts are made anew each time. */
const maxKnownLength = 256

const pageBytes = 65_536
const entryBytes = 32
const recordNumbers = 3

/** {@link ScannedSlots}; undefined where WebAssembly lacks SIMD. */
export function scannedSlots(wanted: WantedSlots): ScannedSlots | undefined {
  const scanner = newScanner()
  if (scanner === undefined) return undefined
  const layout = layOut(scanner, entriesOf(wanted))
  const { memory } = scanner
  const bytes = new Uint8Array(memory.buffer)
  const records = new Int32Array(memory.buffer, layout.records, (maxRecords + 1) * recordNumbers)
  /** For each slot its first and last record, and for each record the next of its slot; -1: none. */
  const slots =
    1 + Math.max(-1, ...wanted.slotsByField.values(), ...wanted.presenceByField.values())
  const first = new Int32Array(slots).fill(-1)
  const last = new Int32Array(slots)
  const next = new Int32Array(maxRecords)
  let filled = 0
  const known: FieldValue[] = []

  const forgetDocument = (): void => {
    for (let at = 0; at < filled; at++) first[slotAt(at)] = -1
    filled = 0
  }
  const slotAt = (at: number): number => (records[at * recordNumbers] ?? 0) >> 3

  const valueAt = (at: number): FieldValue => {
    const record = at * recordNumbers
    const kind = (records[record] ?? 0) & 7
    if (kind === kinds.true || kind === kinds.present) return true
    if (kind === kinds.false) return false
    const from = records[record + 1] ?? 0
    const to = records[record + 2] ?? 0
    if (to - from > maxKnownLength) return decoded(kind, bytes.subarray(from, to))
    const met = scanner.numberOf(from, to - from, kind)
    if (met >= 0) return known[met] ?? ''
    const fresh = decoded(kind, bytes.subarray(from, to))
    known[-1 - met] = fresh
    return fresh
  }

  return {
    scan(json) {
      forgetDocument()
      if (json.length > maxBytes) return false
      bytes.set(json, layout.input)
      bytes[layout.input + json.length] = 0
      const count = scanner.scan(layout.input, layout.input + json.length)
      if (count < 0) return false
      filled = count
      for (let at = 0; at < count; at++) {
        const slot = slotAt(at)
        next[at] = -1
        if (first[slot] === -1) first[slot] = at
        else next[last[slot] ?? 0] = at
        last[slot] = at
      }
      return true
    },
    valuesIn(slot) {
      const at = first[slot] ?? -1
      if (at < 0) return undefined
      let following = next[at] ?? -1
      const value = valueAt(at)
      if (following < 0) return value
      const values = [value]
      for (; following >= 0; following = next[following] ?? -1) values.push(valueAt(following))
      return values
    },
  }
}

/** Of what kind a record is, as in `assembly/scan.ts`. */
const kinds = { text: 0, escaped: 1, number: 2, true: 3, false: 4, present: 5 }

// A byte order mark within a document is a character like any other.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function decoded(kind: number, bytes: Uint8Array): FieldValue {
  const text = utf8.decode(bytes)
  if (kind === kinds.text) return text
  if (kind === kinds.number) return Number(text)
  const unescaped: unknown = JSON.parse(`"${text}"`)
  return String(unescaped)
}

/** Where a key leads from a place in a document: nodes are numbered, 1 is the document itself, 0 is nowhere. */
interface Entry {
  readonly node: number
  readonly key: string
  slot: number
  below: number
  marks: readonly number[]
}

/**
 * Every way of writing the wanted fields: from each place in a document each key, dotted or not, that leads
 * to another or to a value.
 */
function entriesOf({ slotsByField, presenceByField }: WantedSlots): readonly Entry[] {
  const nodes = new Map<string, number>([['', 1]])
  const slotByNode = new Map<number, number>()
  const markByNode = new Map<number, number>()
  const parents = new Set<number>()
  const nodeOf = (name: string): number => {
    const known = nodes.get(name) ?? nodes.size + 1
    nodes.set(name, known)
    return known
  }
  const placesOn = (field: string) => {
    const parts = field.split('.')
    // A name may begin with an empty part: what stands before a part is told by how many there are.
    return parts.map((_, count) => ({ node: nodeOf(`.${parts.slice(0, count + 1).join('.')}`) }))
  }
  const entries = new Map<string, Entry>()
  const fields = [...new Set([...slotsByField.keys(), ...presenceByField.keys()])]
  for (const field of fields) {
    const last = placesOn(field).at(-1)?.node ?? 0
    const slot = slotsByField.get(field)
    const mark = presenceByField.get(field)
    if (slot !== undefined) slotByNode.set(last, slot)
    if (mark !== undefined) markByNode.set(last, mark)
  }
  for (const field of fields) {
    const parts = field.split('.')
    const places = placesOn(field)
    for (let from = 0; from < parts.length; from++) {
      const node = from === 0 ? 1 : (places[from - 1]?.node ?? 0)
      parents.add(node)
      for (let to = from; to < parts.length; to++) {
        const key = parts.slice(from, to + 1).join('.')
        const reached = places[to]?.node ?? 0
        const marks = places
          .slice(from, to + 1)
          .flatMap((place) => markByNode.get(place.node) ?? [])
        const slot = slotByNode.get(reached) ?? -1
        entries.set(`${node} ${key}`, { node, key, slot, below: reached, marks })
      }
    }
  }
  return [...entries.values()].map((entry) => ({
    ...entry,
    below: parents.has(entry.below) ? entry.below : 0,
  }))
}

/** Writes the entries into the scanner's memory, and gives it room for the rest. */
function layOut(
  scanner: ScannerExports,
  entries: readonly Entry[],
): { readonly records: number; readonly input: number } {
  const keys = entries.map(({ key }) => new TextEncoder().encode(key))
  const marks = entries.flatMap(({ marks }) => marks)
  const places = 2 ** Math.ceil(Math.log2(4 * entries.length + 4))
  let end = 1024
  const take = (size: number): number => {
    const at = end
    // Sixteen bytes between parts: a scan may look so far beyond an end.
    end = (end + size + 31) & ~15
    return at
  }
  const at = {
    entries: take((entries.length + 1) * entryBytes),
    table: take(places * 4),
    keys: take(keys.reduce((sum, { length }) => sum + length, 0)),
    marks: take(marks.length * 4),
    frames: take(maxFrames * 16),
    records: take((maxRecords + 1) * recordNumbers * 4),
    known: take(maxKnown * 16),
    knownTexts: take(maxKnown * 8),
    knownBytes: take(maxKnownBytes),
    input: take(maxBytes + 1),
  }
  const missing = end - scanner.memory.buffer.byteLength
  if (missing > 0) scanner.memory.grow(Math.ceil(missing / pageBytes))
  const numbers = new Int32Array(scanner.memory.buffer)
  const bytes = new Uint8Array(scanner.memory.buffer)
  scanner.layout(at.entries, at.table, places - 1, at.frames, maxFrames, at.records, maxRecords)
  scanner.setMarks(marks.length)
  let keyAt = at.keys
  let markAt = at.marks
  for (const [place, entry] of entries.entries()) {
    const key = keys[place] ?? new Uint8Array()
    bytes.set(key, keyAt)
    numbers.set(entry.marks, markAt / 4)
    numbers.set(
      [entry.node, keyAt, key.length, entry.slot, entry.below, markAt, entry.marks.length, 0],
      (at.entries + (place + 1) * entryBytes) / 4,
    )
    keyAt += key.length
    markAt += 4 * entry.marks.length
    scanner.addEntry(place + 1)
  }
  const [seedLow = 0, seedHigh = 0, low = 0, high = 0] = crypto.getRandomValues(new Int32Array(4))
  const bytesEnd = at.knownBytes + maxKnownBytes
  scanner.layoutKnown(
    at.known,
    maxKnown,
    at.knownTexts,
    at.knownBytes,
    bytesEnd,
    seedLow,
    seedHigh,
    low,
    high,
  )
  return at
}
