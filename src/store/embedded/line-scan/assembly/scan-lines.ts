/*
 * Reads the lines of a block, as `encodeLine` writes them, and notes what an index of them is made of: hashes of
 * fields and values, of ids, names of fields, and the values of chosen fields by row. AssemblyScript;
 * `node scripts/build-scanner.ts` compiles it. No allocation: all memory is laid out by `layout`.
 *
 * A line with something rare in it (keys with escapes, keys that repeat, halves of characters, more than there is
 * room for) is told as one to be read in another way.
 */
import {
  afterSpace,
  endOfNumber,
  endOfText,
  isEscaped,
  isSame,
} from '../../../../query/rule-set/scanner/assembly/json-text.ts'
import { writeUnescaped } from './escapes.ts'
import { hashOf, idSeed, otherIdSeed, presenceOf, rootPresence, valueSeed } from './hashes.ts'

// A node is a place in a document; the root is node 1. What comes first in an object, and which node comes after
// another, are guesses: events are alike.
const nodeBytes: i32 = 48
const nodeParent: i32 = 0
const nodeKey: i32 = 4
const nodeLength: i32 = 8
const nodePresence: i32 = 12
const nodeColumn: i32 = 16
const nodeBlock: i32 = 20
const nodeFirst: i32 = 24
const nodeNext: i32 = 28
const nodeObject: i32 = 32
/** For which indices of the block it was noted: a bit each. */
const nodeIndices: i32 = 40

const maxIndices: i32 = 64
const maxDepth: i32 = 120
/** Longer values are not hashed; as `maxTermBytes` in term-hash.ts. */
const maxTermBytes: i32 = 128
/** Longer values are not remembered. */
const maxTextBytes: i32 = 256
/** A table is not searched further than this. */
const maxProbes: u32 = 64

let nodes: i32 = 0
let nodeTable: i32 = 0
let nodeMask: u32 = 0
let nodeCount: i32 = 0
let nodeLimit: i32 = 0
let keysFrom: i32 = 0
let keysEnd: i32 = 0
let keysLimit: i32 = 0
let terms: i32 = 0
let termShift: u32 = 0
let termList: i32 = 0
let termCount: i32 = 0
let termLimit: i32 = 0
let noted: i32 = 0
let notedCount: i32 = 0
let notedLimit: i32 = 0
let odd: i32 = 0
let oddCount: i32 = 0
let oddLimit: i32 = 0
let cells: i32 = 0
let columns: i32 = 0
let columnCount: i32 = 0
let rowLimit: i32 = 0
let more: i32 = 0
let moreCount: i32 = 0
let moreLimit: i32 = 0
let ids: i32 = 0
let failed: i32 = 0
let failedCount: i32 = 0
let indices: i32 = 0
let indexCount: i32 = 0
let texts: i32 = 0
let textTable: i32 = 0
let textMask: u32 = 0
let textCount: i32 = 0
let textLimit: i32 = 0
let textFrom: i32 = 0
let textEnd: i32 = 0
let textBytesLimit: i32 = 0
let scratch: i32 = 0
let scratchBytes: i32 = 0
let seed: u32 = 1

let block: i32 = 0
let object: i32 = 0
let row: i32 = 0
let index: i32 = 0

/** Says where everything lies: one number after the other, in the order of their reading. */
export function layout(at: i32): void {
  seed = load<u32>(at) | 1
  nodes = load<i32>(at, 4)
  nodeLimit = load<i32>(at, 8)
  nodeTable = load<i32>(at, 12)
  nodeMask = load<u32>(at, 16)
  keysFrom = load<i32>(at, 20)
  keysLimit = load<i32>(at, 24)
  terms = load<i32>(at, 28)
  termList = load<i32>(at, 32)
  termLimit = load<i32>(at, 36)
  noted = load<i32>(at, 40)
  notedLimit = load<i32>(at, 44)
  odd = load<i32>(at, 48)
  oddLimit = load<i32>(at, 52)
  cells = load<i32>(at, 56)
  columns = load<i32>(at, 60)
  columnCount = load<i32>(at, 64)
  rowLimit = load<i32>(at, 68)
  more = load<i32>(at, 72)
  moreLimit = load<i32>(at, 76)
  ids = load<i32>(at, 80)
  failed = load<i32>(at, 84)
  indices = load<i32>(at, 88)
  texts = load<i32>(at, 92)
  textLimit = load<i32>(at, 96)
  textTable = load<i32>(at, 100)
  textMask = load<u32>(at, 104)
  textFrom = load<i32>(at, 108)
  textBytesLimit = load<i32>(at, 112)
  scratch = load<i32>(at, 116)
  scratchBytes = load<i32>(at, 120)
  forgetNodes()
  forgetTexts()
}

/** Nodes begin anew with the root. */
export function forgetNodes(): void {
  memory.fill(nodeTable, 0, (nodeMask + 1) << 2)
  memory.fill(nodes, 0, nodeBytes * 2)
  store<u32>(nodes + nodeBytes, rootPresence, nodePresence)
  store<i32>(nodes + nodeBytes, -1, nodeColumn)
  nodeCount = 1
  keysEnd = keysFrom
}

/** Numbers of texts begin anew with 1. */
export function forgetTexts(): void {
  memory.fill(textTable, 0, (textMask + 1) << 3)
  textCount = 0
  textEnd = textFrom
}

export function nodesAreMany(): bool {
  return nodeCount * 2 > nodeLimit || (keysEnd - keysFrom) * 2 > keysLimit - keysFrom
}

export function textsAreMany(): bool {
  return textCount * 2 > textLimit || (textEnd - textFrom) * 2 > textBytesLimit - textFrom
}

export function knownTerms(): i32 {
  return termCount
}
export function notedNames(): i32 {
  return notedCount
}
export function oddNumbers(): i32 {
  return oddCount
}
export function moreValues(): i32 {
  return moreCount
}
export function failedLines(): i32 {
  return failedCount
}
export function knownIndices(): i32 {
  return indexCount
}
export function knownTexts(): i32 {
  return textCount
}

/** Adds a term, once. */
export function addTerm(hash: u32): void {
  if (hash == 0) hash = 1
  // Beyond the limit a block goes without a filter.
  if (termCount > termLimit) return
  if (termCount >= 1 << (31 - termShift)) growTerms()
  let place = (hash * seed) >> termShift
  const mask: u32 = (1 << (32 - termShift)) - 1
  while (true) {
    const held = load<u32>(terms + (place << 2))
    if (held == hash) return
    if (held == 0) break
    place = (place + 1) & mask
  }
  store<u32>(terms + (place << 2), hash)
  store<u32>(termList + (termCount << 2), hash)
  termCount++
}

function growTerms(): void {
  termShift--
  memory.fill(terms, 0, 4 << (32 - termShift))
  const mask: u32 = (1 << (32 - termShift)) - 1
  for (let at = 0; at < termCount; at++) {
    const hash = load<u32>(termList + (at << 2))
    let place = (hash * seed) >> termShift
    while (load<u32>(terms + (place << 2)) != 0) place = (place + 1) & mask
    store<u32>(terms + (place << 2), hash)
  }
}

/** The node of a key in an object; made where it is new; 0 where there is no room. */
function nodeOf(parent: i32, key: i32, length: i32): i32 {
  const above = nodes + parent * nodeBytes
  let place: u32 = (hashOf(key, length, load<u32>(above, nodePresence)) * seed) >> 8
  let probes: u32 = 0
  while (true) {
    const slot = nodeTable + ((place & nodeMask) << 2)
    const found = load<i32>(slot)
    if (found == 0) break
    const at = nodes + found * nodeBytes
    if (
      load<i32>(at) == parent &&
      load<i32>(at, nodeLength) == length &&
      isSame(load<i32>(at, nodeKey), key, length)
    ) {
      return found
    }
    place++
    if (++probes > maxProbes) return 0
  }
  // Sixteen bytes behind the last key may be read.
  if (nodeCount + 1 >= nodeLimit || keysEnd + length + 16 > keysLimit) return 0
  const node = ++nodeCount
  const at = nodes + node * nodeBytes
  memory.fill(at, 0, nodeBytes)
  // The closing quote is kept behind the key.
  memory.copy(keysEnd, key, length + 1)
  const presence = presenceOf(key, length, load<u32>(above, nodePresence))
  store<i32>(at, parent)
  store<i32>(at, keysEnd, nodeKey)
  store<i32>(at, length, nodeLength)
  store<u32>(at, presence, nodePresence)
  keysEnd += length + 1
  store<i32>(nodeTable + ((place & nodeMask) << 2), node)
  store<i32>(at, columnOf(node, presence), nodeColumn)
  return node
}

// A column is the hash of its field, where its name stands, how long that is, and 1 where only hashes are kept.
const columnBytes: i32 = 16

/** The column of a node's field; -1 for none. */
function columnOf(node: i32, presence: u32): i32 {
  for (let column = 0; column < columnCount; column++) {
    const at = columns + column * columnBytes
    if (load<u32>(at) != presence) continue
    const length = load<i32>(at, 8)
    if (nameEnd(node, scratch + scratchBytes) - scratch == length) {
      if (isSame(scratch, load<i32>(at, 4), length)) return column
    }
  }
  return -1
}

/** Writes the full name of a node from `scratch` on, as far as there is room; gives its end. */
function nameEnd(node: i32, limit: i32): i32 {
  const at = nodes + node * nodeBytes
  const parent = load<i32>(at)
  let end = scratch
  if (parent > 1) {
    end = nameEnd(parent, limit)
    if (end < limit) store<u8>(end, 0x2e)
    end++
  }
  const length = load<i32>(at, nodeLength)
  if (end + length <= limit) memory.copy(end, load<i32>(at, nodeKey), length)
  return end + length
}

/** Whether the key of a node, and its closing quote, stand at an offset. */
function isAt(node: i32, key: i32): bool {
  const at = nodes + node * nodeBytes
  const length = load<i32>(at, nodeLength)
  const own = load<i32>(at, nodeKey)
  if (length >= 16) return isSame(own, key, length + 1)
  const equal = v128.bitmask<i8>(v128.eq<i8>(v128.load(own), v128.load(key)))
  return (~equal & ((2 << length) - 1)) == 0
}

/** That a field, and with it each object on the way to it, is in an event of the index. False where there is no room. */
function note(node: i32): bool {
  const bit: u64 = u64(1) << u64(index)
  while (node > 1) {
    const at = nodes + node * nodeBytes
    if (load<i32>(at, nodeBlock) != block) {
      store<i32>(at, block, nodeBlock)
      store<u64>(at, 0, nodeIndices)
      addTerm(load<u32>(at, nodePresence))
    }
    const known = load<u64>(at, nodeIndices)
    if ((known & bit) != 0) return true
    if (notedCount >= notedLimit) return false
    store<u64>(at, known | bit, nodeIndices)
    store<i32>(noted + (notedCount << 3), node)
    store<i32>(noted + (notedCount << 3), index, 4)
    notedCount++
    node = load<i32>(at)
  }
  return true
}

/** What was noted of a line that turned out to be one of the others. */
function forgetNoted(before: i32): void {
  for (; notedCount > before; notedCount--) {
    const entry = noted + ((notedCount - 1) << 3)
    const at = nodes + load<i32>(entry) * nodeBytes
    const inIndex = load<i32>(entry, 4)
    const bit: u64 = u64(1) << u64(inIndex)
    store<u64>(at, load<u64>(at, nodeIndices) & ~bit, nodeIndices)
  }
}

/** A cell of a row and a column holds the number of a value, 0 for none, -1 where it is not known. */
function setCell(column: i32, number: i32): void {
  const cell = column * rowLimit + row
  const at = cells + (cell << 2)
  const held = load<i32>(at)
  if (held == 0) {
    store<i32>(at, number)
    return
  }
  if (held < 0) return
  if (number < 0 || moreCount >= moreLimit) {
    store<i32>(at, -1)
    return
  }
  store<i32>(more + (moreCount << 3), cell)
  store<i32>(more + (moreCount << 3), number, 4)
  moreCount++
}

function addValue(node: i32, at: i32, length: i32, isText: i32): void {
  const place = nodes + node * nodeBytes
  const column = load<i32>(place, nodeColumn)
  if (length > maxTermBytes && column < 0) return
  const hash = hashOf(at, length, load<u32>(place, nodePresence) ^ valueSeed)
  if (length <= maxTermBytes) addTerm(hash)
  if (column < 0) return
  const isHashed = load<i32>(columns + column * columnBytes, 12) != 0
  setCell(column, isHashed ? 1 + (hash & 0xffff) : numberOf(hash, at, length, isText))
}

/** The number of a text, or of a number, true or false; -1 where it cannot be remembered. */
function numberOf(hash: u32, at: i32, length: i32, isText: i32): i32 {
  if (length > maxTextBytes) return -1
  let place: u32 = (hash * seed) >> 8
  let probes: u32 = 0
  while (true) {
    const slot = textTable + ((place & textMask) << 3)
    const number = load<i32>(slot)
    if (number == 0) break
    if (load<u32>(slot, 4) == hash) {
      const text = texts + (number << 3)
      if (load<i32>(text, 4) == ((length << 1) | isText) && isSame(load<i32>(text), at, length)) {
        return number
      }
    }
    place++
    if (++probes > maxProbes) return -1
  }
  if (textCount + 1 >= textLimit || textEnd + length > textBytesLimit) return -1
  const number = ++textCount
  const slot = textTable + ((place & textMask) << 3)
  store<i32>(slot, number)
  store<u32>(slot, hash, 4)
  store<i32>(texts + (number << 3), textEnd)
  store<i32>(texts + (number << 3), (length << 1) | isText, 4)
  memory.copy(textEnd, at, length)
  textEnd += length
  return number
}

/** The place behind a value; 0 where the line is to be read in another way. */
function value(at: i32, node: i32, depth: i32): i32 {
  const byte: u32 = load<u8>(at)
  if (byte == 0x7b) return depth > maxDepth ? 0 : members(at, node, depth)
  if (byte == 0x5b) return depth > maxDepth ? 0 : elements(at, node, depth)
  if (byte == 0x6e) return load<u32>(at) == 0x6c6c756e ? at + 4 : 0
  if (!note(node)) return 0
  if (byte == 0x22) {
    const from = at + 1
    const end = endOfText(from)
    if (end == 0) return 0
    if (!isEscaped) {
      addValue(node, from, end - from, 1)
      return end + 1
    }
    return addEscaped(node, from, end) ? end + 1 : 0
  }
  if (byte == 0x74 || byte == 0x66) {
    const length = byte == 0x74 ? 4 : 5
    const isSound = byte == 0x74 ? load<u32>(at) == 0x65757274 : load<u32>(at + 1) == 0x65736c61
    if (!isSound) return 0
    addValue(node, at, length, 0)
    return at + length
  }
  const end = endOfNumber(at)
  if (end == 0) return 0
  if (isPlainInteger(at, end)) {
    addValue(node, at, end - at, 0)
    return end
  }
  if (oddCount >= oddLimit) return 0
  const entry = odd + (oddCount << 4)
  store<i32>(entry, node)
  store<i32>(entry, at, 4)
  store<i32>(entry, end, 8)
  oddCount++
  const column = load<i32>(nodes + node * nodeBytes, nodeColumn)
  if (column >= 0) setCell(column, -1)
  return end
}

/** Whether a number is written as it would be written again. */
function isPlainInteger(at: i32, end: i32): bool {
  if (end - at > 15) return false
  const first: u32 = load<u8>(at)
  if (first == 0x2d && load<u8>(at + 1) == 0x30) return false
  for (let place = at; place < end; place++) {
    const byte: u32 = load<u8>(place)
    if (byte - 0x30 >= 10 && byte != 0x2d) return false
  }
  return true
}

function elements(at: i32, node: i32, depth: i32): i32 {
  at = afterSpace(at + 1)
  if (load<u8>(at) == 0x5d) return at + 1
  while (true) {
    at = value(at, node, depth + 1)
    if (at == 0) return 0
    at = afterSpace(at)
    const byte: u32 = load<u8>(at)
    if (byte == 0x5d) return at + 1
    if (byte != 0x2c) return 0
    at = afterSpace(at + 1)
  }
  return 0
}

function members(at: i32, node: i32, depth: i32): i32 {
  at = afterSpace(at + 1)
  if (load<u8>(at) == 0x7d) return at + 1
  const own = ++object
  let before = 0
  let child = load<i32>(nodes + node * nodeBytes, nodeFirst)
  while (true) {
    if (load<u8>(at) != 0x22) return 0
    const key = at + 1
    if (child != 0 && isAt(child, key)) {
      at = key + load<i32>(nodes + child * nodeBytes, nodeLength)
    } else {
      at = endOfText(key)
      if (at == 0 || isEscaped) return 0
      child = nodeOf(node, key, at - key)
      if (child == 0) return 0
      if (before == 0) store<i32>(nodes + node * nodeBytes, child, nodeFirst)
      else store<i32>(nodes + before * nodeBytes, child, nodeNext)
    }
    const met = nodes + child * nodeBytes
    if (load<i32>(met, nodeObject) == own) return 0
    store<i32>(met, own, nodeObject)
    at = afterSpace(at + 1)
    if (load<u8>(at) != 0x3a) return 0
    at = value(afterSpace(at + 1), child, depth + 1)
    if (at == 0) return 0
    at = afterSpace(at)
    const byte: u32 = load<u8>(at)
    if (byte == 0x7d) return at + 1
    if (byte != 0x2c) return 0
    at = afterSpace(at + 1)
    before = child
    child = load<i32>(met, nodeNext)
  }
  return 0
}

/** A text with escapes in it. False where a half of a character stands in it. */
function addEscaped(node: i32, from: i32, end: i32): bool {
  if (end - from > scratchBytes) {
    // A character takes at most six bytes as an escape, so this is longer than any term.
    const column = load<i32>(nodes + node * nodeBytes, nodeColumn)
    if (column >= 0) setCell(column, -1)
    return true
  }
  const to = writeUnescaped(from, end, scratch)
  if (to == 0) return false
  addValue(node, scratch, to - scratch, 1)
  return true
}

/** The number of an index in its block, by the place of its name; -1 where there are too many. */
function indexOf(at: i32, length: i32): i32 {
  for (let known = 0; known < indexCount; known++) {
    const entry = indices + (known << 3)
    if (load<i32>(entry, 4) == length && isSame(load<i32>(entry), at, length)) return known
  }
  if (indexCount >= maxIndices) return -1
  store<i32>(indices + (indexCount << 3), at)
  store<i32>(indices + (indexCount << 3), length, 4)
  return indexCount++
}

/** The place behind some digits. */
function afterDigits(at: i32): i32 {
  while (u32(load<u8>(at)) - 0x30 < 10) at++
  return at
}

/**
 * Reads the lines between two offsets; a zero byte must stand at `end`. Gives how many there are; -1 where they are
 * not ours, or too many.
 */
export function scan(start: i32, end: i32): i32 {
  block++
  termShift = 18
  memory.fill(terms, 0, 4 << (32 - termShift))
  memory.fill(cells, 0, (columnCount * rowLimit) << 2)
  termCount = 0
  notedCount = 0
  oddCount = 0
  moreCount = 0
  failedCount = 0
  indexCount = 0
  row = 0
  let at = start
  while (at < end) {
    if (row >= rowLimit) return -1
    // `{"sequence":1,"ingestedMs":2,"index":"…","id":"…","source":`
    const name = afterDigits(afterDigits(at + 12) + 14) + 10
    if (load<u64>(name - 10) != 0x7865646e69222c + (u64(0x22) << 56)) return -1
    const nameStop = endOfText(name)
    if (nameStop == 0 || load<u32>(nameStop + 1) != 0x6469222c) return -1
    const id = nameStop + 8
    const idStop = endOfText(id)
    if (idStop == 0) return -1
    const first = hashOf(id, idStop - id, hashOf(name, nameStop - name, idSeed))
    const second = hashOf(id, idStop - id, hashOf(name, nameStop - name, otherIdSeed))
    store<u32>(ids + (row << 3), first)
    store<u32>(ids + (row << 3), second, 4)
    addTerm(first)
    const moreBefore = moreCount
    const notedBefore = notedCount
    index = indexOf(name, nameStop - name)
    let stop = index < 0 ? 0 : value(idStop + 11, 1, 0)
    if (stop != 0) {
      stop = afterSpace(stop)
      if (load<u8>(stop) == 0x7d && load<u8>(stop + 1) == 0x0a) stop += 2
      else stop = 0
    }
    if (stop == 0) {
      stop = at
      while (stop < end && load<u8>(stop) != 0x0a) stop++
      stop++
      store<i32>(failed + failedCount * 12, row)
      store<i32>(failed + failedCount * 12, at, 4)
      store<i32>(failed + failedCount * 12, stop, 8)
      failedCount++
      moreCount = moreBefore
      forgetNoted(notedBefore)
      for (let column = 0; column < columnCount; column++) {
        store<i32>(cells + ((column * rowLimit + row) << 2), -1)
      }
    }
    at = stop
    row++
  }
  return row
}
