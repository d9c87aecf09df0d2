import type { FieldName, FieldValue } from '#event'
import { newScanner, type ScannerExports } from './scanner.ts'

/** The fields whose values are wanted, by name, with their slots. */
export interface WantedSlots {
  readonly slotsByField: ReadonlyMap<FieldName, number>
  /** Slots that hold `true` where something stands at a field or below it. */
  readonly presenceByField: ReadonlyMap<FieldName, number>
  /** Has documents judged by how they are written, see {@link ScannedSlots.isAsUsual}; deeper ones than this are not scanned. */
  readonly judgedToDepth?: number
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
  /**
   * Of a judged document: whether it is, byte by byte, what JSON.stringify makes of the parsed one, so that no key
   * repeats and there is no white space. False for some that are, with numbers of which it takes long to tell.
   */
  isAsUsual(): boolean
  /** Of a judged document: where whatever stands in a slot begins, nulls, objects and arrays too; texts behind their quote. */
  placesIn(slot: number): readonly number[]
}

/** Larger documents are read in another way. */
const maxBytes = 1024 * 1024

const maxDepth = 4097
/** Keys that nobody wants, of one judged document, twice. */
const seenKeys = 4096
const maxRecords = 16_384
/** Texts remembered so that each becomes a string once: at most so many, and bytes of them together. */
const maxKnown = 1 << 16
const maxKnownBytes = 4 * 1024 * 1024
/** Longer texts are made anew each time. */
const maxKnownLength = 256

const pageBytes = 65_536
const entryBytes = 40
const recordNumbers = 4
/** Keys that nobody wants, remembered so that they are passed over the sooner. */
const maxLearnt = 2048
const maxLearntBytes = 64 * 1024

/** {@link ScannedSlots}; undefined where WebAssembly lacks SIMD. */
export function scannedSlots(wanted: WantedSlots): ScannedSlots | undefined {
  const scanner = newScanner()
  if (scanner === undefined) return undefined
  const slots = 1 + Math.max(0, ...wanted.slotsByField.values(), ...wanted.presenceByField.values())
  const layout = layOut(scanner, entriesOf(wanted), { slots, judgedToDepth: wanted.judgedToDepth })
  const bytes = new Uint8Array(scanner.memory.buffer)
  /** Records and the heads of their chains are found by their offset in bytes. */
  const numbers = new Int32Array(scanner.memory.buffer)
  const known: FieldValue[] = []

  const kindAt = (record: number): number => (numbers[record >> 2] ?? 0) & 7
  const valueAt = (record: number): FieldValue => {
    const kind = kindAt(record)
    if (kind === kinds.true || kind === kinds.present) return true
    if (kind === kinds.false) return false
    const from = numbers[(record >> 2) + 1] ?? 0
    const to = numbers[(record >> 2) + 2] ?? 0
    if (to - from > maxKnownLength) return decoded(kind, bytes.subarray(from, to))
    const met = scanner.numberOf(from, to - from, kind)
    if (met >= 0) return known[met] ?? ''
    const fresh = decoded(kind, bytes.subarray(from, to))
    known[-1 - met] = fresh
    return fresh
  }
  const firstIn = (slot: number): number => numbers[(layout.heads >> 2) + 2 * slot] ?? 0
  const after = (record: number): number => numbers[(record >> 2) + 3] ?? 0
  /** The first record from here on that holds a value. */
  const valued = (record: number): number => {
    let at = record
    while (at !== 0 && kindAt(at) >= kinds.null) at = after(at)
    return at
  }

  return {
    scan(json) {
      // What is too large is an empty text, which is refused.
      const length = json.length > maxBytes ? 0 : json.length
      if (length > 0) bytes.set(json, layout.input)
      bytes[layout.input + length] = 0
      return scanner.scan(layout.input, layout.input + length) !== 0
    },
    valuesIn(slot) {
      const first = valued(firstIn(slot))
      if (first === 0) return undefined
      const value = valueAt(first)
      let next = valued(after(first))
      if (next === 0) return value
      const values = [value]
      for (; next !== 0; next = valued(after(next))) values.push(valueAt(next))
      return values
    },
    isAsUsual: () => scanner.isAsUsual() !== 0,
    placesIn(slot) {
      const places: number[] = []
      for (let at = firstIn(slot); at !== 0; at = after(at)) {
        places.push((numbers[(at >> 2) + 1] ?? 0) - layout.input)
      }
      return places
    },
  }
}

/** Of what kind a record is, as in `assembly/scan.ts`. */
const kinds = { text: 0, escaped: 1, number: 2, true: 3, false: 4, present: 5, null: 6 }

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

interface Entries {
  readonly nodes: number
  readonly leading: readonly Entry[]
}

/**
 * Every way of writing the wanted fields: from each place in a document each key, dotted or not, that leads
 * to another or to a value.
 */
function entriesOf({ slotsByField, presenceByField }: WantedSlots): Entries {
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
  const leading = [...entries.values()].map((entry) => ({
    ...entry,
    below: parents.has(entry.below) ? entry.below : 0,
  }))
  return { nodes: nodes.size, leading }
}

/** Writes the entries into the scanner's memory, and gives it room for the rest. */
function layOut(
  scanner: ScannerExports,
  { nodes, leading }: Entries,
  { slots, judgedToDepth }: { readonly slots: number; readonly judgedToDepth: number | undefined },
): { readonly heads: number; readonly input: number } {
  // Behind each key stands a quote, as in the text.
  const keys = leading.map(({ key }) => new TextEncoder().encode(`${key}"`))
  const keyBytes = keys.reduce((sum, { length }) => sum + length, 0)
  const marks = leading.flatMap(({ marks }) => marks)
  // The first entries stand for the nodes themselves, of which they say what comes first.
  const written = nodes + leading.length
  const maxEntries = written + maxLearnt
  const places = 2 ** Math.ceil(Math.log2(4 * maxEntries))
  // The document itself has no frame.
  const maxFrames = (judgedToDepth ?? maxDepth) - 1
  let end = 1024
  const take = (size: number): number => {
    const at = end
    // Sixteen bytes between parts: a scan may look so far beyond an end.
    end = (end + size + 31) & ~15
    return at
  }
  const at = {
    entries: take((maxEntries + 1) * entryBytes),
    table: take(places * 4),
    keys: take(keyBytes + maxLearntBytes),
    marks: take(marks.length * 4),
    frames: take(maxFrames * 16),
    records: take(maxRecords * recordNumbers * 4),
    heads: take(slots * 8),
    known: take(maxKnown * 16),
    knownTexts: take(maxKnown * 8),
    knownBytes: take(maxKnownBytes),
    seenKeys: take(judgedToDepth === undefined ? 0 : seenKeys * 16),
    input: take(maxBytes + 1),
  }
  const missing = end - scanner.memory.buffer.byteLength
  if (missing > 0) scanner.memory.grow(Math.ceil(missing / pageBytes))
  const numbers = new Int32Array(scanner.memory.buffer)
  const bytes = new Uint8Array(scanner.memory.buffer)
  const { entries, table, frames, records, heads } = at
  scanner.layout(entries, table, places - 1, frames, maxFrames, records, maxRecords, heads)
  scanner.setMarks(marks.length)
  let keyAt = at.keys
  let markAt = at.marks
  for (const [place, entry] of leading.entries()) {
    const key = keys[place] ?? new Uint8Array()
    const number = nodes + place + 1
    bytes.set(key, keyAt)
    numbers.set(entry.marks, markAt / 4)
    numbers.set(
      [entry.node, keyAt, key.length - 1, entry.slot, entry.below, markAt, entry.marks.length],
      (at.entries + number * entryBytes) / 4,
    )
    keyAt += key.length
    markAt += 4 * entry.marks.length
    scanner.addEntry(number)
  }
  scanner.layoutKeys(keyAt, at.keys + keyBytes + maxLearntBytes, written, maxEntries)
  const knownEnd = at.knownBytes + maxKnownBytes
  const seeds = crypto.getRandomValues(new Int32Array(4))
  scanner.layoutKnown(at.known, maxKnown, at.knownTexts, at.knownBytes, knownEnd, ...seeds)
  if (judgedToDepth !== undefined) scanner.layoutJudge(at.seenKeys, seenKeys - 1)
  return at
}
