import { hashWords, type CombinationHash } from './combination-hash.ts'
import {
  addSighting,
  bitsAt,
  emptyShard,
  firstAt,
  firstOf,
  halvesOf,
  isOwn,
  rollShard,
  slotOf,
  undecidable,
  type Shard,
  type Sighting,
} from './sighting-shard.ts'

/** In which buckets each of very many combinations was met. Grows and shrinks in small steps. */
export interface SightingTable {
  /** One more event of a combination. Says whether it was news. */
  add(key: string, sighting: Sighting): boolean
  /**
   * Calls back for each of some combinations, in their order: the bits of its buckets, 0 where it was never
   * met, and the part of the oldest in which it was first, `staleFirst` or `undecidable`.
   */
  find(keys: readonly string[], found: (bits: number, first: number) => void): void
  /** Gives up the buckets before a new base: at once for whoever asks, in fact when it is next touched. */
  roll(base: number): void
  entries(): number
  bytes(): number
  /** All shards in the order of their identities; each as it is when it comes. */
  shards(): Iterable<Shard>
}

/** A shard that has more becomes two. */
const maxShardEntries = 65_536
/** Identities of one shard share no more leading bits than these. */
const maxDepth = 20
/** What a shard takes beside its slots, about. */
const shardBytes = 300
/** So many combinations are looked for together: the waits for memory fall into one. */
const together = 128

/** A table of combinations by their hash; with `written`, one that was written down. */
export function sightingTable(
  hash: CombinationHash,
  base: number,
  written: readonly Shard[] = [emptyShard(0, base)],
): SightingTable {
  let depth = Math.max(...written.map((shard) => shard.depth))
  let directory = written.flatMap((shard) =>
    Array.from({ length: 2 ** (depth - shard.depth) }, () => shard),
  )
  let currentBase = base
  let entries = written.reduce((sum, shard) => sum + shard.entries, 0)
  let words = written.reduce((sum, shard) => sum + shard.words.length, 0)
  let shardCount = written.length
  const hashed = new Uint32Array(hashWords)
  const asked = new Uint32Array(together * hashWords)
  const slots = new Uint32Array(together)

  const shardOf = (high: number): Shard => {
    const shard = directory[depth === 0 ? 0 : high >>> (32 - depth)]
    if (shard === undefined) throw new Error('every identity has a shard')
    if (shard.base === currentBase) return shard
    const before = { entries: shard.entries, words: shard.words.length }
    rollShard(shard, currentBase)
    entries += shard.entries - before.entries
    words += shard.words.length - before.words
    return shard
  }

  const split = (shard: Shard): void => {
    if (shard.depth === depth) {
      directory = directory.flatMap((each) => [each, each])
      depth++
    }
    const [zero, one] = halvesOf(shard)
    const start = directory.indexOf(shard)
    const span = 2 ** (depth - zero.depth)
    directory.fill(zero, start, start + span).fill(one, start + span, start + 2 * span)
    words += zero.words.length + one.words.length - shard.words.length
    shardCount++
  }

  return {
    add(key, sighting) {
      hash(key, hashed)
      const shard = shardOf(hashed[0] ?? 0)
      const before = { entries: shard.entries, words: shard.words.length }
      const isNews = addSighting(shard, hashed, sighting)
      if (shard.entries === before.entries) return isNews
      entries++
      words += shard.words.length - before.words
      if (shard.entries > maxShardEntries && shard.depth < maxDepth) split(shard)
      return isNews
    },
    find(keys, found) {
      for (let start = 0; start < keys.length; start += together) {
        const count = Math.min(together, keys.length - start)
        for (let i = 0; i < count; i++) {
          hash(keys[start + i] ?? '', hashed)
          asked.set(hashed, i * hashWords)
        }
        for (let i = 0; i < count; i++) {
          const high = asked[i * hashWords] ?? 0
          slots[i] = slotOf(shardOf(high), high, asked[i * hashWords + 1] ?? 0)
        }
        for (let i = 0; i < count; i++) {
          const shard = shardOf(asked[i * hashWords] ?? 0)
          const at = slots[i] ?? 0
          const word = shard.words[at + firstAt] ?? 0
          const own = isOwn(word, asked[i * hashWords + 2] ?? 0)
          found(shard.words[at + bitsAt] ?? 0, own ? firstOf(word) : undecidable)
        }
      }
    },
    roll(to) {
      currentBase = to
    },
    entries: () => entries,
    bytes: () => words * Uint32Array.BYTES_PER_ELEMENT + shardCount * shardBytes,
    *shards() {
      // Splits meanwhile move what is not yet told of, and never across this place.
      for (let identity = 0; identity < 2 ** 32;) {
        const shard = shardOf(identity)
        yield shard
        identity += 2 ** (32 - shard.depth)
      }
    },
  }
}
