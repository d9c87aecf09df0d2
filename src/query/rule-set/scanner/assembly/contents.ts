/*
 * All that a document holds in some slots together is its content there. Contents that come again have a number: the same for
 * the same values in the same order.
 */

import { hashOfNumber, withBytes } from './bytes.ts'
import { forgetClasses } from './classes.ts'
import { isSame } from './json-text.ts'
import { firstOf, kindOf, lengthOf, recordAfter, startOf } from './records.ts'

/** Larger ones are never remembered. */
const maxBytes: i32 = 1024

// A group is some slots that are looked at together: how many there are, the number of what they hold, the document of
// which that is, and the slots.
const groupContent: i32 = 4
const groupDocument: i32 = 8
const groupSlots: i32 = 12

// Places of the table: the higher half of the hash, and where the content was written down; 0 for a free place. There
// stand its number, its size, and what it is.
let table: i32 = 0
let tableMask: u32 = 0
let count: i32 = 0
let limit: i32 = 0
let rowsFrom: i32 = 0
let rowsEnd: i32 = 0
let rowsLimit: i32 = 0
/** Hashes of contents that came once, and in which document: what comes but once shall take nobody's place. */
let once: i32 = 0
let onceMask: u32 = 0
let document: i32 = 0

/** Says where contents lie, of which there may be `most`, a power of two, and have twice as many places. */
export function layoutContents(
  tableAt: i32,
  most: i32,
  rowsAt: i32,
  rowsTo: i32,
  onceAt: i32,
): void {
  table = tableAt
  tableMask = most * 2 - 1
  limit = most
  rowsFrom = rowsAt
  rowsLimit = rowsTo
  once = onceAt
  onceMask = most - 1
  forget()
}

/** Turns to the next document. True when there was no room left: then all is forgotten and numbers begin anew. */
export function beginContents(): bool {
  document++
  if (!areFull()) return false
  forget()
  return true
}

function areFull(): bool {
  return count >= limit || rowsEnd + 2 * maxBytes > rowsLimit
}

function forget(): void {
  memory.fill(table, 0, (tableMask + 1) << 3)
  count = 0
  rowsEnd = rowsFrom
  forgetClasses()
}

/**
 * The number of what the document holds in the slots of a group: counted from 1, 0 for nothing. Below zero for what
 * has no number: because it is large, because no document before had it, or because there is no room left.
 */
export function contentOf(group: i32): i32 {
  if (load<i32>(group) == 1 && firstOf(load<i32>(group, groupSlots)) == 0) return 0
  if (load<i32>(group, groupDocument) != document) {
    store<i32>(group, document, groupDocument)
    store<i32>(group, numberOf(group), groupContent)
  }
  return load<i32>(group, groupContent)
}

function numberOf(group: i32): i32 {
  let hash = hashOfNumber(0)
  let size = 0
  const end = endOf(group)
  for (let at = group + groupSlots; at < end; at += 4) {
    for (let record = firstOf(load<i32>(at)); record != 0; record = recordAfter(record)) {
      size += 4 + lengthOf(record)
      if (size > maxBytes) return -1
      hash = withBytes(hash ^ headerOf(record, at - group), startOf(record), lengthOf(record))
    }
  }
  if (size == 0) return 0
  const tag = u32(hash >> 32)
  let place = u32(hash) & tableMask
  while (true) {
    const at = table + (place << 3)
    const row = load<i32>(at, 4)
    if (row == 0) break
    if (load<u32>(at) == tag && load<i32>(row, 4) == size && isWritten(row + 8, group)) {
      return load<i32>(row)
    }
    place = (place + 1) & tableMask
  }
  const met = once + ((u32(hash) & onceMask) << 3)
  if (load<u32>(met) != tag) {
    store<u32>(met, tag)
    store<i32>(met, document, 4)
    return -1
  }
  if (load<i32>(met, 4) == document || areFull()) return -1
  store<u32>(table + (place << 3), tag)
  store<i32>(table + (place << 3), rowsEnd, 4)
  store<i32>(rowsEnd, ++count)
  store<i32>(rowsEnd, size, 4)
  rowsEnd = writtenDown(rowsEnd + 8, group)
  return count
}

function endOf(group: i32): i32 {
  return group + groupSlots + (load<i32>(group) << 2)
}

/** What tells a record from others before its bytes do: its length, its kind, and which slot of the group it is in. */
function headerOf(record: i32, slotAt: i32): u32 {
  return (lengthOf(record) << 16) | (kindOf(record) << 12) | (slotAt - groupSlots)
}

/** Writes down what a group holds, and gives the offset behind it. */
function writtenDown(to: i32, group: i32): i32 {
  const end = endOf(group)
  for (let at = group + groupSlots; at < end; at += 4) {
    for (let record = firstOf(load<i32>(at)); record != 0; record = recordAfter(record)) {
      const length = lengthOf(record)
      store<i32>(to, headerOf(record, at - group))
      memory.copy(to + 4, startOf(record), length)
      to += 4 + length
    }
  }
  return to
}

/** Whether a group holds what was written down at an offset, in as many bytes. */
function isWritten(written: i32, group: i32): bool {
  const end = endOf(group)
  for (let at = group + groupSlots; at < end; at += 4) {
    for (let record = firstOf(load<i32>(at)); record != 0; record = recordAfter(record)) {
      const length = lengthOf(record)
      if (load<u32>(written) != headerOf(record, at - group)) return false
      if (!isSame(written + 4, startOf(record), length)) return false
      written += 4 + length
    }
  }
  return true
}
