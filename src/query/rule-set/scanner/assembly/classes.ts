/*
 * Whoever parts documents by what they hold in a column calls the parts classes, and has a number for them all. Here
 * is remembered of what class a content is.
 */

// A place of the table: the number of the classes, 0 for a free place; the content; and its class.
const placeBytes: i32 = 12

let table: i32 = 0
let tableMask: u32 = 0
let count: i32 = 0
let limit: i32 = 0

/** Says where the table lies, for `most` of them, a power of two; it has twice as many places. */
export function layoutClasses(tableAt: i32, most: i32): void {
  table = tableAt
  tableMask = most * 2 - 1
  limit = most
}

export function forgetClasses(): void {
  if (count == 0) return
  memory.fill(table, 0, (tableMask + 1) * placeBytes)
  count = 0
}

/** The class of a content; -1 where it is not remembered. */
export function rememberedClass(classes: i32, content: i32): i32 {
  const place = placeOf(classes, content)
  return load<i32>(place) == 0 ? -1 : load<i32>(place, 8)
}

/** Remembers the class of a content. Where there is no room left all others are forgotten. */
export function rememberClass(classes: i32, content: i32, number: i32): void {
  if (count >= limit) forgetClasses()
  const place = placeOf(classes, content)
  if (load<i32>(place) == 0) count++
  store<i32>(place, classes)
  store<i32>(place, content, 4)
  store<i32>(place, number, 8)
}

/** Where the class of a content stands, or would stand. Both are numbers that nobody can choose. */
function placeOf(classes: i32, content: i32): i32 {
  let hash: u32 = (classes * 0x9e3779b1) ^ (content * 0x85ebca77)
  hash ^= hash >>> 15
  while (true) {
    const place = table + (hash & tableMask) * placeBytes
    const found = load<i32>(place)
    if (found == 0 || (found == classes && load<i32>(place, 4) == content)) return place
    hash++
  }
  return 0
}
