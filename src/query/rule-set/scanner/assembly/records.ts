/*
 * Where the values of slots stand. A record is four numbers: slot and kind, where the value begins and ends (texts
 * without their quotes), and the next record of the slot.
 */

// Kinds of records, in the lowest three bits beside the slot.
export const kindText: i32 = 0
export const kindEscapedText: i32 = 1
export const kindNumber: i32 = 2
export const kindTrue: i32 = 3
export const kindFalse: i32 = 4
export const kindPresent: i32 = 5
export const kindNull: i32 = 6
export const kindContainer: i32 = 7

const recordBytes: i32 = 16

/** For each slot its first and its last record, as offsets; 0 for none. */
let heads: i32 = 0
let records: i32 = 0
let recordEnd: i32 = 0
let recordLimit: i32 = 0

/** Says where records lie, and the heads of their chains. */
export function layoutRecords(headsAt: i32, recordsAt: i32, recordsTo: i32): void {
  heads = headsAt
  records = recordsAt
  recordEnd = recordsAt
  recordLimit = recordsTo
}

/** Adds a value to a slot. Where there is no room that is told by {@link areRecordsWhole} alone. */
export function note(slot: i32, kind: i32, from: i32, to: i32): void {
  if (recordEnd >= recordLimit) return
  store<i32>(recordEnd, (slot << 3) | kind)
  store<i32>(recordEnd, from, 4)
  store<i32>(recordEnd, to, 8)
  store<i32>(recordEnd, 0, 12)
  const head = headOf(slot)
  if (load<i32>(head) == 0) store<i32>(head, recordEnd)
  else store<i32>(load<i32>(head, 4), recordEnd, 12)
  store<i32>(head, recordEnd, 4)
  recordEnd += recordBytes
}

export function areRecordsWhole(): bool {
  return recordEnd < recordLimit
}

/** Lets go of what the document before held. */
export function forgetRecords(): void {
  for (let at = records; at < recordEnd; at += recordBytes) {
    store<i32>(headOf(load<i32>(at) >> 3), 0)
  }
  recordEnd = records
}

function headOf(slot: i32): i32 {
  return heads + (slot << 3)
}

/** The first record of a slot; 0 for a slot without a value. */
export function firstOf(slot: i32): i32 {
  return load<i32>(headOf(slot))
}

export function recordAfter(record: i32): i32 {
  return load<i32>(record, 12)
}

export function kindOf(record: i32): i32 {
  return load<i32>(record) & 7
}

export function startOf(record: i32): i32 {
  return load<i32>(record, 4)
}

export function lengthOf(record: i32): i32 {
  return load<i32>(record, 8) - load<i32>(record, 4)
}
