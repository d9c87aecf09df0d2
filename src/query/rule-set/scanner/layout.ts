import { maxAsked } from '../asked-classes.ts'
import type { KeyEntries, WantedSlots } from './key-entries.ts'
import type { ScannerExports } from './scanner.ts'

/** Where in the scanner's memory lies what is read and written from outside, as offsets in bytes. */
export interface Layout {
  /** For each slot two numbers: its first and its last record. */
  readonly heads: number
  /** Where each group of slots is told of. */
  readonly groups: readonly number[]
  /** Where it is asked for several classes, and what is found is written: each has room for `maxAsked` pairs of numbers. */
  readonly asked: number
  readonly found: number
  /** Where documents are put: `maxDocumentBytes` and a byte more. */
  readonly input: number
}

/** Larger documents are read in another way. */
export const maxDocumentBytes = 1024 * 1024
/** Contents remembered, and bytes of them together. */
const maxContents = 1 << 15
const maxContentBytes = 2 * 1024 * 1024
/** Classes of contents remembered. */
const maxClasses = 1 << 16

const maxDepth = 4097
/** Keys that nobody wants, of one judged document, twice. */
const seenKeys = 4096
const maxRecords = 16_384
/** Keys that nobody wants, remembered so that they are passed over the sooner. */
const maxLearnt = 2048
const maxLearntBytes = 64 * 1024

const pageBytes = 65_536
const entryBytes = 64
const frameBytes = 16
const recordBytes = 16
const groupBytes = 12

/** Gives everything its place in a scanner's memory, all of which that takes at once, and writes the entries there. */
export function layOut(
  scanner: ScannerExports,
  { nodes, leading }: KeyEntries,
  {
    groups,
    judgedToDepth,
  }: Pick<Required<WantedSlots>, 'groups'> & Pick<WantedSlots, 'judgedToDepth'>,
): Layout {
  const slots = 1 + Math.max(0, ...groups.flat())
  // Behind each key stands a quote, as in the text.
  const keys = leading.map(({ key }) => new TextEncoder().encode(`${key}"`))
  const keyBytes = keys.reduce((sum, { length }) => sum + length, 0)
  const markCount = leading.reduce((sum, { marks }) => sum + marks.length, 0)
  const entries = nodes + leading.length
  const places = 2 ** Math.ceil(Math.log2(4 * (entries + maxLearnt)))
  // The document itself has no frame.
  const maxFrames = (judgedToDepth ?? maxDepth) - 1
  let end = 1024
  const take = (size: number): number => {
    const at = end
    // Sixteen bytes between parts: a scan may look so far beyond an end.
    end = (end + size + 31) & ~15
    return at
  }
  const entriesAt = take((entries + maxLearnt) * entryBytes)
  const table = take(places * 4)
  const keysAt = take(keyBytes + maxLearntBytes)
  const marksAt = take(markCount * 4)
  const frames = take(maxFrames * frameBytes)
  const records = take(maxRecords * recordBytes)
  const heads = take(slots * 8)
  const groupsAt = groups.map((slots) => take(groupBytes + 4 * slots.length))
  const contentTable = take(2 * maxContents * 8)
  const contentRows = take(maxContentBytes)
  const once = take(maxContents * 8)
  const classes = take(2 * maxClasses * 12)
  const seen = take(judgedToDepth === undefined ? 0 : seenKeys * 16)
  const asked = take(maxAsked * 8)
  const found = take(maxAsked * 8)
  const input = take(maxDocumentBytes + 1)
  const missing = end - scanner.memory.buffer.byteLength
  if (missing > 0) scanner.memory.grow(Math.ceil(missing / pageBytes))

  const [seedLow = 0, seedHigh = 0, factorLow = 0, factorHigh = 0] = crypto.getRandomValues(
    new Int32Array(4),
  )
  scanner.seedHashes(seedLow, seedHigh, factorLow, factorHigh)
  scanner.layoutRecords(heads, records, records + maxRecords * recordBytes)
  scanner.layoutClasses(classes, maxClasses)
  scanner.layoutContents(
    contentTable,
    maxContents,
    contentRows,
    contentRows + maxContentBytes,
    once,
  )
  /** The first entries stand for the nodes themselves, of which they say what comes first. */
  const entryAt = (number: number): number =>
    number === 0 ? 0 : entriesAt + (number - 1) * entryBytes
  scanner.layoutFrames(frames, frames + maxFrames * frameBytes, entryAt(1))
  scanner.layoutKeyTable(table, places - 1, markCount)
  if (judgedToDepth !== undefined) scanner.layoutJudge(seen, seenKeys - 1)
  writeEntries()
  writeGroups()
  const learntAt = entryAt(entries + 1)
  const learntTo = learntAt + maxLearnt * entryBytes
  scanner.layoutLearntKeys(
    keysAt + keyBytes,
    keysAt + keyBytes + maxLearntBytes,
    learntAt,
    learntTo,
  )
  return { heads, groups: groupsAt, asked, found, input }

  function writeEntries(): void {
    const numbers = new Int32Array(scanner.memory.buffer)
    const bytes = new Uint8Array(scanner.memory.buffer)
    let keyAt = keysAt
    let markAt = marksAt
    for (const [place, { node, slot, below, marks }] of leading.entries()) {
      const key = keys[place] ?? new Uint8Array()
      const entry = entryAt(nodes + place + 1)
      bytes.set(key, keyAt)
      numbers.set(marks, markAt / 4)
      numbers.set(
        [entryAt(node), keyAt, key.length - 1, slot, entryAt(below), markAt, marks.length],
        entry / 4,
      )
      keyAt += key.length
      markAt += 4 * marks.length
      scanner.addEntry(entry)
    }
  }

  function writeGroups(): void {
    const numbers = new Int32Array(scanner.memory.buffer)
    for (const [place, slots] of groups.entries()) {
      const at = (groupsAt[place] ?? 0) / 4
      numbers[at] = slots.length
      numbers.set(slots, at + groupBytes / 4)
    }
  }
}
