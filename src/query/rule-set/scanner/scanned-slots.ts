import type { FieldValue } from '#event'
import type { AskedClasses } from '../asked-classes.ts'
import { keyEntries, type WantedSlots } from './key-entries.ts'
import { layOut, maxDocumentBytes } from './layout.ts'
import { newScanner } from './scanner.ts'

/** The values of chosen fields, read from the bytes of one document after the other without parsing it. */
export interface ScannedSlots {
  /**
   * Reads a document. False for bytes that are no JSON object, and for some rare ones that are: read those in
   * another way. The bytes must be UTF-8.
   */
  scan(json: Uint8Array): boolean
  /** What the document last read holds. */
  valuesIn(slot: number): FieldValue | readonly FieldValue[] | undefined
  /**
   * Of a judged document: whether it is, byte by byte, what JSON.stringify makes of the parsed one, so that no key
   * repeats and there is no white space. False for some that are, with numbers of which it takes long to tell.
   */
  isAsUsual(): boolean
  /** Of a judged document: where whatever stands in a slot begins, nulls, objects and arrays too; texts behind their quote. */
  placesIn(slot: number): readonly number[]
  /** See {@link DocumentSlots.classOf}. */
  classOf(classes: number, group: number): number
  /** The same for several, as {@link DocumentSlots.classesOf}. */
  classesOf(asked: AskedClasses): number
  putClass(classes: number, group: number, number: number): void
}

/** {@link ScannedSlots}; undefined where WebAssembly lacks SIMD. */
export function scannedSlots(wanted: WantedSlots): ScannedSlots | undefined {
  const scanner = newScanner()
  if (scanner === undefined) return undefined
  const { judgedToDepth } = wanted
  const judged = judgedToDepth === undefined ? {} : { judgedToDepth }
  const layout = layOut(scanner, keyEntries(wanted), { groups: groupsOf(wanted), ...judged })
  const bytes = new Uint8Array(scanner.memory.buffer)
  /** Records and the heads of their chains are found by their offset in bytes. */
  const numbers = new Int32Array(scanner.memory.buffer)
  /** What each content that has a number was read as. */
  let known: (FieldValue | readonly FieldValue[] | undefined)[] = []
  /** The same by slot, for the document at hand. */
  const made: (FieldValue | readonly FieldValue[] | undefined)[] = []
  let filled: number[] = []

  const kindAt = (record: number): number => (numbers[record >> 2] ?? 0) & 7
  const valueAt = (record: number): FieldValue => {
    const kind = kindAt(record)
    if (kind === kinds.true || kind === kinds.present) return true
    if (kind === kinds.false) return false
    const from = numbers[(record >> 2) + 1] ?? 0
    const to = numbers[(record >> 2) + 2] ?? 0
    return decoded(kind, bytes.subarray(from, to))
  }
  const heads = layout.heads / 4
  const firstIn = (slot: number): number => numbers[heads + 2 * slot] ?? 0
  const groupAt = (group: number): number => layout.groups[group] ?? 0
  const after = (record: number): number => numbers[(record >> 2) + 3] ?? 0

  /** The first record from here on that holds a value. */
  const valued = (record: number): number => {
    let at = record
    while (at !== 0 && kindAt(at) >= kinds.null) at = after(at)
    return at
  }

  const valuesFrom = (first: number): FieldValue | readonly FieldValue[] => {
    const value = valueAt(first)
    let next = valued(after(first))
    if (next === 0) return value
    const values = [value]
    for (; next !== 0; next = valued(after(next))) values.push(valueAt(next))
    return values
  }

  return {
    scan(json) {
      for (const slot of filled) made[slot] = undefined
      filled = []
      // What is too large is an empty text, which is refused.
      const length = json.length > maxDocumentBytes ? 0 : json.length
      if (length > 0) bytes.set(json, layout.input)
      bytes[layout.input + length] = 0
      const outcome = scanner.scan(layout.input, layout.input + length)
      if (outcome === outcomes.scannedAnew) known = []
      return outcome !== outcomes.refused
    },
    valuesIn(slot) {
      const first = valued(firstIn(slot))
      if (first === 0 || made[slot] !== undefined) return made[slot]
      const content = scanner.contentOf(groupAt(slot))
      const values = content < 0 ? valuesFrom(first) : (known[content] ??= valuesFrom(first))
      made[slot] = values
      filled.push(slot)
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
    classOf: (classes, group) => scanner.classOf(classes, groupAt(group)),
    classesOf({ pairs, found }) {
      const count = pairs.length / 2
      for (let at = 0; at < 2 * count; at += 2) {
        numbers[layout.asked / 4 + at] = pairs[at] ?? 0
        numbers[layout.asked / 4 + at + 1] = groupAt(pairs[at + 1] ?? 0)
      }
      const foundCount = scanner.classesOf(layout.asked, count, layout.found)
      for (let at = 0; at < 2 * foundCount; at++) found[at] = numbers[layout.found / 4 + at] ?? 0
      return foundCount
    },
    putClass: (classes, group, number) => scanner.putClass(classes, groupAt(group), number),
  }
}

function groupsOf({
  groups,
  slotsByField,
  presenceByField,
}: WantedSlots): readonly (readonly number[])[] {
  if (groups !== undefined) return groups
  const slots = Math.max(-1, ...slotsByField.values(), ...presenceByField.values()) + 1
  return Array.from({ length: slots }, (_, slot) => [slot])
}

/** What a scan comes to, as in `assembly/scan.ts`. */
const outcomes = { refused: 0, scanned: 1, scannedAnew: 2 }

/** Of what kind a record is, as in `assembly/records.ts`. */
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
