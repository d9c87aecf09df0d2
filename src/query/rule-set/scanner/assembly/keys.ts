/* What the keys of objects lead to. */

import { hashOfNumber, withBytes } from './bytes.ts'
import { isSame } from './json-text.ts'

// An entry says where a key leads from a node: node, key offset, key length, slot, node below, marks, number of
// marks, the object in which the key was last met, and the entry that came after it then; and how the key begins.
// Behind the key stands a quote. Entries and nodes are told by their offsets, 0 is nowhere. A node is an entry
// without a key, that of which members of an object there come first.
const entryBytes: i32 = 64
const entryNode: i32 = 0
const entryKey: i32 = 4
const entryLength: i32 = 8
export const entrySlot: i32 = 12
export const entryBelow: i32 = 16
const entryMarks: i32 = 20
export const entryMarkCount: i32 = 24
export const entryObject: i32 = 28
export const entryNext: i32 = 32
const entryBegin: i32 = 48

let table: i32 = 0
let tableMask: u32 = 0
let hasMarks: bool = false
/** Where further keys and entries are written, and how far they may go. */
let keysEnd: i32 = 0
let keysLimit: i32 = 0
let entriesEnd: i32 = 0
let entriesLimit: i32 = 0

/** Says where the table of entries lies, which has `mask + 1` places, a power of two; and whether any entry has marks. */
export function layoutKeyTable(tableAt: i32, mask: u32, areMarked: i32): void {
  table = tableAt
  tableMask = mask
  hasMarks = areMarked != 0
}

/** Says where there is room for keys that nobody wants, and for their entries. */
export function layoutLearntKeys(
  keysFrom: i32,
  keysTo: i32,
  entriesFrom: i32,
  entriesTo: i32,
): void {
  keysEnd = keysFrom
  keysLimit = keysTo
  entriesEnd = entriesFrom
  entriesLimit = entriesTo
}

/** Puts an entry into the table, of which all but its beginning is written already. */
export function addEntry(entry: i32): void {
  const key = load<i32>(entry, entryKey)
  v128.store(entry, v128.load(key), entryBegin)
  let place = hashOfKey(load<i32>(entry, entryNode), key, load<i32>(entry, entryLength))
  while (load<i32>(table + ((place & tableMask) << 2)) != 0) place++
  store<i32>(table + ((place & tableMask) << 2), entry)
}

function hashOfKey(node: i32, key: i32, length: i32): u32 {
  return u32(withBytes(hashOfNumber(node), key, length) >> 32)
}

/** The entry of a key below a node, learnt if there is none yet; 0 where it leads nowhere. */
export function entryOf(node: i32, key: i32, length: i32): i32 {
  const entry = foundEntry(node, key, length)
  if (entry != 0 || (hasMarks && hasDot(key, length))) return entry
  return learnt(node, key, length)
}

function foundEntry(node: i32, key: i32, length: i32): i32 {
  let place = hashOfKey(node, key, length)
  while (true) {
    const entry = load<i32>(table + ((place & tableMask) << 2))
    if (entry == 0) return 0
    if (
      load<i32>(entry, entryNode) == node &&
      load<i32>(entry, entryLength) == length &&
      isSame(load<i32>(entry, entryKey), key, length)
    ) {
      return entry
    }
    place++
  }
  return 0
}

/** Remembers a key that leads nowhere, so that it is known at once when it comes again. Gives its entry, or 0. */
function learnt(node: i32, key: i32, length: i32): i32 {
  if (entriesEnd >= entriesLimit || keysEnd + length + 1 > keysLimit) return 0
  const entry = entriesEnd
  memory.copy(keysEnd, key, length + 1)
  store<i32>(entry, node, entryNode)
  store<i32>(entry, keysEnd, entryKey)
  store<i32>(entry, length, entryLength)
  store<i32>(entry, -1, entrySlot)
  keysEnd += length + 1
  entriesEnd += entryBytes
  addEntry(entry)
  return entry
}

/** Where a key ends at an offset, if it is that of an entry below a node; 0 where it is not. */
export function endOfKey(entry: i32, node: i32, key: i32): i32 {
  if (entry == 0 || load<i32>(entry, entryNode) != node) return 0
  const length = load<i32>(entry, entryLength)
  const equal = v128.bitmask<i8>(v128.eq<i8>(v128.load(entry, entryBegin), v128.load(key)))
  if (length < 16) return (~equal & ((2 << length) - 1)) == 0 ? key + length : 0
  if (equal != 0xffff) return 0
  return isSame(load<i32>(entry, entryKey) + 16, key + 16, length - 15) ? key + length : 0
}

/** Notes that a key was met in an object, objects being numbered. False when it was met there before. */
export function isFirstIn(object: i32, entry: i32): bool {
  if (load<i32>(entry, entryObject) == object) return false
  store<i32>(entry, object, entryObject)
  return true
}

/** How many places are to be marked where an entry leads, or is passed; and each of them. */
export function markOf(entry: i32, mark: i32): i32 {
  return load<i32>(load<i32>(entry, entryMarks) + (mark << 2))
}

/** The entry of the longest part of a key with dots that leads anywhere: there may be places to mark on the way. */
export function entryBefore(node: i32, key: i32, length: i32): i32 {
  if (!hasMarks) return 0
  for (let at = length - 1; at > 0; at--) {
    if (load<u8>(key + at) != 0x2e) continue
    const entry = foundEntry(node, key, at)
    if (entry != 0) return entry
  }
  return 0
}

function hasDot(key: i32, length: i32): bool {
  for (let at = 0; at < length; at++) if (load<u8>(key + at) == 0x2e) return true
  return false
}
