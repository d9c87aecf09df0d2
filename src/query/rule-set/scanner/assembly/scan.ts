/*
 * Reads one JSON document from its bytes and notes where the values of chosen fields stand. AssemblyScript;
 * `node scripts/build-scanner.ts` compiles it. No allocation: all memory is laid out by `layout`.
 *
 * What is accepted is JSON as JSON.parse takes it, given that the bytes are UTF-8. Whatever is not, and a few
 * rare things that are (keys with escapes, keys that repeat, deeper nesting or more values than there is room
 * for), end the scan: whoever asked then reads the document in another way.
 */

import {
  afterSpace,
  endOfNumber,
  endOfText,
  isDigit,
  isEscaped,
  isSame,
  isUsual,
  isUsualNumber,
  setUsual,
} from './json-text.ts'

// Kinds of records, in the lowest three bits beside the slot.
const kindText: i32 = 0
const kindEscapedText: i32 = 1
const kindNumber: i32 = 2
const kindTrue: i32 = 3
const kindFalse: i32 = 4
const kindPresent: i32 = 5
const kindNull: i32 = 6
const kindContainer: i32 = 7

// An entry says where a key leads from a node: node, key offset, key length, slot, node below, marks, number of
// marks, the object in which the key was last met, and the entry that came after it then. Behind the key stands a
// quote. Entry 0 leads nowhere.
const entryBytes: i32 = 40
const entryNode: i32 = 0
const entryKey: i32 = 4
const entryLength: i32 = 8
const entrySlot: i32 = 12
const entryBelow: i32 = 16
const entryMarks: i32 = 20
const entryMarkCount: i32 = 24
const entryObject: i32 = 28
const entryNext: i32 = 32

const recordBytes: i32 = 16
const frameBytes: i32 = 16

let entries: i32 = 0
let table: i32 = 0
let tableMask: u32 = 0
let frames: i32 = 0
let maxFrames: i32 = 0
let records: i32 = 0
let maxRecords: i32 = 0
/** For each slot its first and its last record, as offsets; 0 for none. */
let heads: i32 = 0
/** Where further keys are written, how many entries there are, and how far both may go. */
let keysEnd: i32 = 0
let keysLimit: i32 = 0
let entryCount: i32 = 0
let maxEntries: i32 = 0

/** Says where everything lies. The table of entries has `tableMask + 1` places, a power of two. */
export function layout(
  entriesAt: i32,
  tableAt: i32,
  mask: u32,
  framesAt: i32,
  frameCount: i32,
  recordsAt: i32,
  recordCount: i32,
  headsAt: i32,
): void {
  heads = headsAt
  recordEnd = recordsAt
  entries = entriesAt
  table = tableAt
  tableMask = mask
  frames = framesAt
  maxFrames = frameCount
  records = recordsAt
  maxRecords = recordCount
}

/** Says how many entries there are, and where further ones may be put for keys that nobody wants. */
export function layoutKeys(keysFrom: i32, keysTo: i32, count: i32, limit: i32): void {
  keysEnd = keysFrom
  keysLimit = keysTo
  entryCount = count
  maxEntries = limit
}

/** Puts an entry, written already, into the table. */
export function addEntry(entry: i32): void {
  const at = entries + entry * entryBytes
  let place = hashOfKey(
    load<i32>(at, entryNode),
    load<i32>(at, entryKey),
    load<i32>(at, entryLength),
  )
  while (load<i32>(table + ((place & tableMask) << 2)) != 0) place++
  store<i32>(table + ((place & tableMask) << 2), entry)
}

function hashOfKey(node: i32, key: i32, length: i32): u32 {
  let first: u32
  let last: u32 = 0
  if (length >= 4) {
    first = load<u32>(key)
    last = load<u32>(key + length - 4)
  } else {
    // Whatever stands behind the key is cut off.
    first = load<u32>(key) & ((1 << (length << 3)) - 1)
  }
  let hash: u32 = (first ^ (node << 20)) * 0x9e3779b1
  hash = (hash ^ (hash >>> 15) ^ last ^ (length << 24)) * 0x85ebca77
  return hash ^ (hash >>> 13)
}

/** The entry of a key below a node; 0 where it leads nowhere. */
function entryOf(node: i32, key: i32, length: i32): i32 {
  let place = hashOfKey(node, key, length)
  while (true) {
    const entry = load<i32>(table + ((place & tableMask) << 2))
    if (entry == 0) return 0
    const at = entries + entry * entryBytes
    if (
      load<i32>(at, entryNode) == node &&
      load<i32>(at, entryLength) == length &&
      isSame(load<i32>(at, entryKey), key, length)
    ) {
      return entry
    }
    place++
  }
  return 0
}

/** Remembers a key that leads nowhere, so that it is known at once when it comes again. Gives its entry, or 0. */
function learnt(node: i32, key: i32, length: i32): i32 {
  if (entryCount >= maxEntries || keysEnd + length + 1 > keysLimit) return 0
  const entry = ++entryCount
  const at = entries + entry * entryBytes
  memory.copy(keysEnd, key, length + 1)
  store<i32>(at, node, entryNode)
  store<i32>(at, keysEnd, entryKey)
  store<i32>(at, length, entryLength)
  store<i32>(at, -1, entrySlot)
  keysEnd += length + 1
  addEntry(entry)
  return entry
}

/** Whether the key of an entry, and its closing quote, stand at an offset. */
function isAt(entry: i32, key: i32): bool {
  const at = entries + entry * entryBytes
  const length = load<i32>(at, entryLength)
  const known = load<i32>(at, entryKey)
  if (length >= 16) return isSame(known, key, length + 1)
  const equal = v128.bitmask<i8>(v128.eq<i8>(v128.load(known), v128.load(key)))
  return (~equal & ((2 << length) - 1)) == 0
}

let recordEnd: i32 = 0
let recordLimit: i32 = 0

function note(slot: i32, kind: i32, from: i32, to: i32): void {
  // Overflow is told at the end.
  if (recordEnd >= recordLimit) return
  store<i32>(recordEnd, (slot << 3) | kind)
  store<i32>(recordEnd, from, 4)
  store<i32>(recordEnd, to, 8)
  store<i32>(recordEnd, 0, 12)
  const head = heads + (slot << 3)
  if (load<i32>(head) == 0) store<i32>(head, recordEnd)
  else store<i32>(load<i32>(head, 4), recordEnd, 12)
  store<i32>(head, recordEnd, 4)
  recordEnd += recordBytes
}

/** Lets go of what the document before held. */
function forgetRecords(): void {
  for (let at = records; at < recordEnd; at += recordBytes) {
    store<i32>(heads + ((load<i32>(at) >> 3) << 3), 0)
  }
  recordEnd = records
}

function noteMarks(entry: i32): void {
  const at = entries + entry * entryBytes
  const count = load<i32>(at, entryMarkCount)
  const marks = load<i32>(at, entryMarks)
  for (let mark = 0; mark < count; mark++) {
    note(load<i32>(marks + (mark << 2)), kindPresent, 0, 0)
  }
}

/** A key with dots that leads nowhere may still pass places that are to be marked. */
function noteMarksBefore(node: i32, key: i32, length: i32): void {
  for (let at = length - 1; at > 0; at--) {
    if (load<u8>(key + at) != 0x2e) continue
    const entry = entryOf(node, key, at)
    if (entry == 0) continue
    noteMarks(entry)
    return
  }
}

function hasDot(key: i32, length: i32): bool {
  for (let at = 0; at < length; at++) if (load<u8>(key + at) == 0x2e) return true
  return false
}

let objects: i32 = 0

/** Whether anybody asks whether documents are written as JSON.stringify would write them. */
let judges: bool = false

// Keys that nobody wants, of the document at hand: a table of their hashes, to tell those that repeat.
let seenKeys: i32 = 0
let seenMask: u32 = 0
let seenCount: i32 = 0
let documents: i32 = 0

/** Has documents judged by how they are written; the table has `mask + 1` places of sixteen bytes, a power of two. */
export function layoutJudge(tableAt: i32, mask: u32): void {
  seenKeys = tableAt
  seenMask = mask
  judges = true
}

/** Whether the document that was scanned last is, byte by byte, what JSON.stringify makes of the parsed one. False for some that are. */
export function isAsUsual(): bool {
  return isUsual
}

/** Looks at a key that nobody wants: one that repeats in its object is unusual, and so are more keys than there is room for. */
function judgeKey(object: i32, key: i32, length: i32): void {
  if (isEscaped || u32(++seenCount) > seenMask >> 1) {
    setUsual(false)
    return
  }
  const hash = hashOfBytes(key, length, object)
  let place = u32(hash) & seenMask
  while (true) {
    const slot = seenKeys + (place << 4)
    if (load<i32>(slot, 8) != documents) {
      store<u64>(slot, hash)
      store<i32>(slot, documents, 8)
      return
    }
    if (load<u64>(slot) == hash) {
      setUsual(false)
      return
    }
    place = (place + 1) & seenMask
  }
}

/**
 * Scans the document between two offsets. A zero byte must stand at `end`, and sixteen bytes more may be read.
 * True when it could be: then each slot has a chain of records, each of four numbers: slot and kind, where the
 * value begins and ends (texts without their quotes), and the next record.
 */
export function scan(start: i32, end: i32): bool {
  forgetRecords()
  setUsual(true)
  seenCount = 0
  documents++
  if (isScanned(start, end)) return true
  forgetRecords()
  return false
}

function isScanned(start: i32, end: i32): bool {
  recordLimit = records + maxRecords * recordBytes
  // Objects are told apart over all documents; the number is far from full when entries are written anew.
  let depth = 0
  let inArray = false
  /** The entry whose value is read, and below which the members of an object are looked up. */
  let entry = 1
  let node = 1
  let object = ++objects
  let at = afterSpace(start)
  if (load<u8>(at) != 0x7b) return false
  at = afterSpace(at + 1)
  let byte: u32 = load<u8>(at)
  let closes = byte == 0x7d
  while (true) {
    if (!closes) {
      if (!inArray) {
        // A key, its colon, and the first byte of its value.
        if (load<u8>(at) != 0x22) return false
        const key = at + 1
        // Keys that are numbers are put before others by JSON.parse.
        if (isDigit(load<u8>(key))) setUsual(false)
        if (node != 0) {
          // Members mostly come in the order in which they came before.
          let next = entry == 0 ? 0 : load<i32>(entries + entry * entryBytes, entryNext)
          if (
            next != 0 &&
            load<i32>(entries + next * entryBytes, entryNode) == node &&
            isAt(next, key)
          ) {
            at = key + load<i32>(entries + next * entryBytes, entryLength)
          } else {
            at = endOfText(key)
            if (at == 0 || isEscaped) return false
            const length = at - key
            next = entryOf(node, key, length)
            if (next == 0) {
              if (hasMarks) noteMarksBefore(node, key, length)
              if (!hasMarks || !hasDot(key, length)) next = learnt(node, key, length)
            }
            if (entry != 0) store<i32>(entries + entry * entryBytes, next, entryNext)
          }
          entry = next
          if (entry != 0) {
            const seen = entries + entry * entryBytes
            if (load<i32>(seen, entryObject) == object) return false
            store<i32>(seen, object, entryObject)
          } else if (judges) judgeKey(object, key, at - key)
        } else {
          at = endOfText(key)
          if (at == 0) return false
          if (judges) judgeKey(object, key, at - key)
        }
        at = afterSpace(at + 1)
        if (load<u8>(at) != 0x3a) return false
        at = afterSpace(at + 1)
      }
      byte = load<u8>(at)
      if (entry != 0 && byte != 0x6e) noteMarks(entry)
      const slot = entry == 0 ? -1 : load<i32>(entries + entry * entryBytes, entrySlot)
      if (byte == 0x22) {
        const from = at + 1
        at = endOfText(from)
        if (at == 0) return false
        if (slot >= 0) note(slot, isEscaped ? kindEscapedText : kindText, from, at)
        at++
      } else if (byte == 0x7b || byte == 0x5b) {
        if (depth >= maxFrames) return false
        if (slot >= 0 && judges) note(slot, kindContainer, at, at)
        const frame = frames + depth * frameBytes
        store<i32>(frame, entry)
        store<i32>(frame, node, 4)
        store<i32>(frame, object, 8)
        store<i32>(frame, i32(inArray), 12)
        depth++
        inArray = byte == 0x5b
        if (!inArray) {
          node = entry == 0 ? 0 : load<i32>(entries + entry * entryBytes, entryBelow)
          // Where nothing came before, the entry that is named like the node says what comes first.
          entry = node
          object = ++objects
        }
        at = afterSpace(at + 1)
        closes = load<u8>(at) == (inArray ? 0x5d : 0x7d)
        continue
      } else if (byte == 0x74) {
        if (load<u32>(at) != 0x65757274) return false
        if (slot >= 0) note(slot, kindTrue, at, at + 4)
        at += 4
      } else if (byte == 0x66) {
        if (load<u32>(at + 1) != 0x65736c61) return false
        if (slot >= 0) note(slot, kindFalse, at, at + 5)
        at += 5
      } else if (byte == 0x6e) {
        if (load<u32>(at) != 0x6c6c756e) return false
        if (slot >= 0 && judges) note(slot, kindNull, at, at)
        at += 4
      } else {
        const from = at
        at = endOfNumber(at)
        if (at == 0) return false
        if (judges && isUsual && !isUsualNumber(from, at)) setUsual(false)
        if (slot >= 0) note(slot, kindNumber, from, at)
      }
    } else {
      // The bracket that closes an empty object or array, or the last of one.
      at++
      closes = false
      if (depth == 0) break
      depth--
      const frame = frames + depth * frameBytes
      entry = load<i32>(frame)
      node = load<i32>(frame, 4)
      object = load<i32>(frame, 8)
      inArray = load<i32>(frame, 12) != 0
    }
    at = afterSpace(at)
    byte = load<u8>(at)
    if (byte == 0x2c) {
      at = afterSpace(at + 1)
      // An array goes on with the entry that it is the value of.
    } else if (byte == (inArray ? 0x5d : 0x7d)) {
      closes = true
    } else return false
  }
  at = afterSpace(at)
  return at == end && recordEnd < recordLimit
}

let hasMarks: bool = false

/** Whether any entry has marks. */
export function setMarks(are: i32): void {
  hasMarks = are != 0
}

// Texts that were met before: a table of seeded hashes, and the bytes of each.
let known: i32 = 0
let knownMask: u32 = 0
let knownCount: i32 = 0
let knownLimit: i32 = 0
let knownTexts: i32 = 0
let bytesAt: i32 = 0
let bytesFrom: i32 = 0
let bytesLimit: i32 = 0
let seed: u64 = 0
let multiplier: u64 = 0

/** Says where remembered texts lie, how many may be, and what their hashes begin with. The table has twice as many places. */
export function layoutKnown(
  tableAt: i32,
  count: i32,
  textsAt: i32,
  bytesFromAt: i32,
  bytesEnd: i32,
  seedLow: u32,
  seedHigh: u32,
  multiplierLow: u32,
  multiplierHigh: u32,
): void {
  known = tableAt
  knownMask = count * 2 - 1
  knownLimit = count
  knownTexts = textsAt
  bytesFrom = bytesFromAt
  bytesLimit = bytesEnd
  seed = (u64(seedHigh) << 32) | u64(seedLow)
  multiplier = (u64(multiplierHigh) << 32) | u64(multiplierLow) | 1
  forget()
}

function forget(): void {
  memory.fill(known, 0, (knownMask + 1) << 3)
  knownCount = 0
  bytesAt = bytesFrom
}

function hashOfBytes(at: i32, length: i32, kind: i32): u64 {
  let hash: u64 = seed ^ (u64(length) << 8) ^ u64(kind)
  let left = length
  for (; left >= 8; left -= 8) {
    hash = (hash ^ load<u64>(at)) * multiplier
    hash ^= hash >> 29
    at += 8
  }
  if (left > 0) {
    hash = (hash ^ (load<u64>(at) & ((u64(1) << u64(left << 3)) - 1))) * multiplier
    hash ^= hash >> 29
  }
  hash = hash * multiplier
  return hash ^ (hash >> 32)
}

/**
 * The number of some bytes of a kind: the same for the same bytes. Those that were not remembered are from now on,
 * and their number comes as -1 less itself. When there is no room left everything is forgotten and numbers begin anew.
 */
export function numberOf(at: i32, length: i32, kind: i32): i32 {
  const hash = hashOfBytes(at, length, kind)
  const low = u32(hash)
  const tag = u32(hash >> 32) | 1
  let place = low & knownMask
  while (true) {
    const slot = known + (place << 3)
    const found = load<u32>(slot, 4)
    if (found == 0) break
    if (found == tag) {
      const number = load<i32>(slot)
      const text = knownTexts + (number << 3)
      if (load<i32>(text, 4) == ((length << 3) | kind) && isSame(load<i32>(text), at, length)) {
        return number
      }
    }
    place = (place + 1) & knownMask
  }
  if (knownCount >= knownLimit || bytesAt + length > bytesLimit) {
    forget()
    place = low & knownMask
  }
  const number = knownCount++
  store<i32>(known + (place << 3), number)
  store<u32>(known + (place << 3), tag, 4)
  const text = knownTexts + (number << 3)
  store<i32>(text, bytesAt)
  store<i32>(text, (length << 3) | kind, 4)
  memory.copy(bytesAt, at, length)
  bytesAt += length
  return -1 - number
}
