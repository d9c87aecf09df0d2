import { bitOf, bitsBetween, oldestOf } from './bucket-span.ts'

/**
 * Some of a table's combinations, each in a slot of four words: an identity of two, the buckets in which it
 * was met (0: the slot is free), and one that is half a check, half the part of the oldest of these buckets
 * in which it was met first. Open addressing, one slot after the other.
 */
export interface Shard {
  words: Uint32Array
  slots: number
  entries: number
  /** The first bucket that its slots tell of. */
  base: number
  /** How many leading bits of the identity all of its combinations share. */
  readonly depth: number
}

/** Words of a slot, and where in it the buckets and the check with the first part are. */
export const slotWords = 4
export const bitsAt = 2
export const firstAt = 3

/** A bucket has so many parts. */
export const partCount = 0xfffe
/** Instead of a part: what was met before it has been given up. */
export const staleFirst = 0xfffe
/** Instead of a part: only the events themselves can tell. */
export const undecidable = 0xffff

/** At most so full; then it grows until it is {@link grownLoad} full, so that a combination takes 18 to 20 bytes. */
const fullLoad = 0.875
const grownLoad = 0.81
const fewestSlots = 8

/** When an event of a combination was: in which bucket, and in which part of it, or {@link undecidable}. */
export interface Sighting {
  readonly bucket: number
  readonly part: number
}

/** A shard without combinations, with room for some. */
export function emptyShard(depth: number, base: number, entries = 0): Shard {
  const slots = Math.max(fewestSlots, Math.ceil(entries / grownLoad))
  return { words: new Uint32Array(slots * slotWords), slots, entries: 0, base, depth }
}

/** Where the slot of an identity begins, or the free one that it would take. */
export function slotOf({ words, slots }: Shard, high: number, low: number): number {
  const end = words.length
  let at = Math.floor((low * slots) / 0x1_0000_0000) * slotWords
  while (words[at + bitsAt] !== 0 && (words[at + 1] !== low || words[at] !== high)) {
    at += slotWords
    if (at === end) at = 0
  }
  return at
}

/** Whether a slot's last word is that of the combination with a check, or of another that has the same identity. */
export function isOwn(word: number, check: number): boolean {
  return word >>> 16 === check >>> 16
}

/** The part, or what stands instead of it, in a slot's last word. */
export function firstOf(word: number): number {
  return word & 0xffff
}

/** One more event of a combination. Says whether that changed anything. */
export function addSighting(shard: Shard, hash: Uint32Array, sighting: Sighting): boolean {
  const [high = 0, low = 0, check = 0] = hash
  const { words, base } = shard
  const { bucket, part } = sighting
  const at = slotOf(shard, high, low)
  const bits = words[at + bitsAt] ?? 0
  if (bits === 0) {
    words[at] = high
    words[at + 1] = low
    words[at + bitsAt] = bitOf(bucket)
    words[at + firstAt] = (check & 0xffff_0000) | part
    shard.entries++
    if (shard.entries > shard.slots * fullLoad) grow(shard)
    return true
  }
  const word = words[at + firstAt] ?? 0
  const first = firstOf(word)
  const merged = isOwn(word, check)
    ? earlier({ first, oldest: oldestOf(bits, base) }, sighting)
    : undecidable
  const isNews = merged !== first || (bits & bitOf(bucket)) === 0
  words[at + bitsAt] = bits | bitOf(bucket)
  words[at + firstAt] = (word & 0xffff_0000) | merged
  return isNews
}

function earlier(
  { first, oldest }: { readonly first: number; readonly oldest: number },
  { bucket, part }: Sighting,
): number {
  if (first === undecidable || part === undecidable) return undecidable
  if (bucket > oldest) return first
  if (bucket < oldest) return part
  return first === staleFirst ? staleFirst : Math.min(first, part)
}

/** Gives up the buckets before a new base, and the combinations that were met only there. */
export function rollShard(shard: Shard, base: number): void {
  const gone = bitsBetween(shard.base, base - 1, shard.base)
  shard.base = base
  const { words } = shard
  let left = 0
  for (let at = 0; at < words.length; at += slotWords) {
    const bits = words[at + bitsAt] ?? 0
    if (bits === 0) continue
    if ((bits & ~gone) !== 0) left++
    if ((bits & gone) === 0) continue
    words[at + bitsAt] = bits & ~gone
    const word = words[at + firstAt] ?? 0
    if (firstOf(word) !== undecidable) words[at + firstAt] = (word & 0xffff_0000) | staleFirst
  }
  if (left < shard.entries) rebuild(shard, left)
}

/** Closes the gaps that combinations left, which would end searches too early; gives room back where most is free. */
function rebuild(shard: Shard, left: number): void {
  const before = shard.words.slice()
  const smaller = emptyShard(shard.depth, shard.base, left)
  if (smaller.slots <= shard.slots / 2) {
    shard.words = smaller.words
    shard.slots = smaller.slots
  } else shard.words.fill(0)
  shard.entries = 0
  for (let at = 0; at < before.length; at += slotWords) copySlot(before, at, shard)
}

function grow(shard: Shard): void {
  const larger = emptyShard(shard.depth, shard.base, shard.entries)
  for (let at = 0; at < shard.words.length; at += slotWords) copySlot(shard.words, at, larger)
  shard.words = larger.words
  shard.slots = larger.slots
}

/** The two halves of a shard, by the bit after those that its combinations share. */
export function halvesOf(shard: Shard): readonly [zero: Shard, one: Shard] {
  const { depth, base, entries, words } = shard
  const zero = emptyShard(depth + 1, base, entries / 2)
  const one = emptyShard(depth + 1, base, entries / 2)
  const bit = 1 << (31 - depth)
  for (let at = 0; at < words.length; at += slotWords) {
    const half = ((words[at] ?? 0) & bit) === 0 ? zero : one
    copySlot(words, at, half)
    if (half.entries > half.slots * fullLoad) grow(half)
  }
  return [zero, one]
}

function copySlot(words: Uint32Array, at: number, into: Shard): void {
  if (words[at + bitsAt] === 0) return
  const to = slotOf(into, words[at] ?? 0, words[at + 1] ?? 0)
  for (let word = 0; word < slotWords; word++) into.words[to + word] = words[at + word] ?? 0
  into.entries++
}
