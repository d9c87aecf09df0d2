/* Whether documents are written as JSON.stringify would write them. */

import { hashOfNumber, withBytes } from './bytes.ts'
import { isEscaped, isUsual, setUsual } from './json-text.ts'

/** Whether anybody asks. */
export let judges: bool = false

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

/** Turns to the next document. */
export function beginJudging(): void {
  setUsual(true)
  seenCount = 0
  documents++
}

/** Whether the document that was scanned last is, byte by byte, what JSON.stringify makes of the parsed one. False for some that are. */
export function isAsUsual(): bool {
  return isUsual
}

/** Looks at a key that nobody wants: one that repeats in its object is unusual, and so are more keys than there is room for. */
export function judgeKey(object: i32, key: i32, length: i32): void {
  if (isEscaped || u32(++seenCount) > seenMask >> 1) {
    setUsual(false)
    return
  }
  const hash = withBytes(hashOfNumber(object), key, length)
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
