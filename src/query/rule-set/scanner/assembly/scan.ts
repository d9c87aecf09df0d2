/*
 * Reads one JSON document from its bytes and notes where the values of chosen fields stand. AssemblyScript;
 * `node scripts/build-scanner.ts` compiles it. No allocation: where everything lies is told from outside.
 *
 * What is accepted is JSON as JSON.parse takes it, given that the bytes are UTF-8. Whatever is not, and a few
 * rare things that are (keys with escapes, keys that repeat, deeper nesting or more values than there is room
 * for), end the scan: whoever asked then reads the document in another way.
 */

import { seedHashes } from './bytes.ts'
import { layoutClasses, rememberClass, rememberedClass } from './classes.ts'
import { beginContents, contentOf, layoutContents } from './contents.ts'
import {
  addEntry,
  endOfKey,
  entryBefore,
  entryBelow,
  entryMarkCount,
  entryNext,
  entryOf,
  entrySlot,
  isFirstIn,
  layoutKeyTable,
  layoutLearntKeys,
  markOf,
} from './keys.ts'
import { beginJudging, isAsUsual, judgeKey, judges, layoutJudge } from './judge.ts'
import {
  afterSpace,
  endOfNumber,
  endOfText,
  isDigit,
  isEscaped,
  isUsual,
  isUsualNumber,
  setUsual,
} from './json-text.ts'
import {
  areRecordsWhole,
  forgetRecords,
  kindContainer,
  kindEscapedText,
  kindFalse,
  kindNull,
  kindNumber,
  kindPresent,
  kindText,
  kindTrue,
  layoutRecords,
  note,
} from './records.ts'

// What is called from outside.
export {
  addEntry,
  contentOf,
  isAsUsual,
  layoutClasses,
  layoutContents,
  layoutJudge,
  layoutKeyTable,
  layoutLearntKeys,
  layoutRecords,
  seedHashes,
}

/** What is known of an object or array that an inner one interrupts. */
const frameBytes: i32 = 16
let frames: i32 = 0
let framesLimit: i32 = 0
/** The entry below which the members of documents are looked up. */
let root: i32 = 0

/** Says where frames lie, and which entry stands for the document itself. */
export function layoutFrames(framesAt: i32, framesTo: i32, rootAt: i32): void {
  frames = framesAt
  framesLimit = framesTo
  root = rootAt
}

/** Objects are told apart over all documents; the number is far from full when everything is laid out anew. */
let objects: i32 = 0

const refused: i32 = 0
const scanned: i32 = 1
const scannedAnew: i32 = 2

/**
 * Scans the document between two offsets. A zero byte must stand at `end`, and sixteen bytes more may be read.
 * 0 when it could not be scanned: then no slot has a record. 2 when the numbers of contents begin anew with it.
 */
export function scan(start: i32, end: i32): i32 {
  forgetRecords()
  beginJudging()
  const isAnew = beginContents()
  if (!isScanned(start, end)) {
    forgetRecords()
    return refused
  }
  return isAnew ? scannedAnew : scanned
}

function isScanned(start: i32, end: i32): bool {
  let frame = frames
  let inArray = false
  /** The entry whose value is read, and below which the members of an object are looked up. */
  let entry = root
  let node = root
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
          let next = entry == 0 ? 0 : load<i32>(entry, entryNext)
          at = endOfKey(next, node, key)
          if (at == 0) {
            at = endOfText(key)
            if (at == 0 || isEscaped) return false
            next = entryOf(node, key, at - key)
            if (next == 0) noteMarks(entryBefore(node, key, at - key))
            if (entry != 0) store<i32>(entry, next, entryNext)
          }
          entry = next
          if (entry != 0) {
            if (!isFirstIn(object, entry)) return false
          } else if (judges) judgeKey(object, key, at - key)
        } else {
          at = endOfText(key)
          if (at == 0) return false
          if (judges) judgeKey(object, key, at - key)
        }
        at++
        if (load<u8>(at) != 0x3a) {
          at = afterSpace(at)
          if (load<u8>(at) != 0x3a) return false
        }
        at = afterSpace(at + 1)
      }
      byte = load<u8>(at)
      if (byte != 0x6e) noteMarks(entry)
      const slot = entry == 0 ? -1 : load<i32>(entry, entrySlot)
      if (byte == 0x22) {
        const from = at + 1
        at = endOfText(from)
        if (at == 0) return false
        if (slot >= 0) note(slot, isEscaped ? kindEscapedText : kindText, from, at)
        at++
      } else if (byte == 0x7b || byte == 0x5b) {
        if (frame >= framesLimit) return false
        if (slot >= 0 && judges) note(slot, kindContainer, at, at)
        store<i32>(frame, entry)
        store<i32>(frame, node, 4)
        store<i32>(frame, object, 8)
        store<i32>(frame, i32(inArray), 12)
        frame += frameBytes
        inArray = byte == 0x5b
        if (!inArray) {
          node = entry == 0 ? 0 : load<i32>(entry, entryBelow)
          // Where nothing came before, the node itself says what comes first.
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
      if (frame == frames) break
      frame -= frameBytes
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
  return at == end && areRecordsWhole()
}

function noteMarks(entry: i32): void {
  if (entry == 0) return
  const count = load<i32>(entry, entryMarkCount)
  for (let mark = 0; mark < count; mark++) note(markOf(entry, mark), kindPresent, 0, 0)
}

/** The class of what the document holds in a group of slots; 0 for nothing, -1 where it is not remembered. */
export function classOf(classes: i32, group: i32): i32 {
  const content = contentOf(group)
  return content > 0 ? rememberedClass(classes, content) : content
}

/** Remembers the class of what the document holds, if it comes again. */
export function putClass(classes: i32, group: i32, number: i32): void {
  const content = contentOf(group)
  if (content > 0) rememberClass(classes, content, number)
}

/**
 * The classes of several groups: `asked` holds so many pairs of classes and group. Writes to `found` pairs of a place
 * among these and the class there, where that is not 0, and gives how many those are.
 */
export function classesOf(asked: i32, count: i32, found: i32): i32 {
  const from = found
  for (let place = 0; place < count; place++) {
    const at = asked + (place << 3)
    const number = classOf(load<i32>(at), load<i32>(at, 4))
    if (number == 0) continue
    store<i32>(found, place)
    store<i32>(found, number, 4)
    found += 8
  }
  return (found - from) >> 3
}
