import { crc32 } from 'node:zlib'
import type { DerivedReader, TimeFields } from '#store'
import type { TermField } from './term.ts'
import { slotWords, type Shard } from './sighting-shard.ts'
import { sightingIndex, type IndexState, type SightingIndex } from './sighting-index.ts'

/** What stands in the file of an index beside its shards. */
export interface IndexFileNotes {
  /** For which questions it answers. */
  readonly key: string
  /** Every event up to this sequence is in it. */
  readonly learntThrough: number
  /** The event of that sequence, as `index/id`: whether the store is the one that the index was made from. */
  readonly witness: string
}

interface Ending extends IndexState {
  readonly notes: IndexFileNotes
  readonly widthMs: number
  readonly seed: readonly number[]
}

/** So many shards are written, and read, together. */
const groupShards = 8
/** Of each shard in the head of its group: slots, entries, depth, base (two words), checksum. */
const shardHeadWords = 6
/** What kind of group it is, the number of its shards or the length of the ending, and a checksum. */
const headWords = 3
const groupHeadWords = headWords + groupShards * shardHeadWords

/**
 * An index as chunks of a file, read while it goes on to learn: each shard is whole, all hold at least what
 * `notes` says, and some may hold more. Groups of shards, each with a head of one size; at the end JSON.
 */
export async function* indexChunks(
  index: SightingIndex,
  notes: IndexFileNotes,
): AsyncGenerator<Uint8Array> {
  let group: Shard[] = []
  for (const shard of index.shards()) {
    group.push({ ...shard, words: shard.words.slice() })
    if (group.length < groupShards) continue
    yield* groupChunks(group)
    group = []
  }
  if (group.length > 0) yield* groupChunks(group)
  const { widthMs, seed } = index.settings
  const ending: Ending = { ...index.state(), notes, widthMs, seed: [...seed] }
  const text = new TextEncoder().encode(JSON.stringify(ending, replacer))
  const head = new Uint32Array(groupHeadWords)
  head.set([endMark, text.length, crc32(text)])
  yield asBytes(head)
  yield text
}

function* groupChunks(shards: readonly Shard[]): Generator<Uint8Array> {
  const head = new Uint32Array(groupHeadWords)
  for (const [i, { slots, entries, depth, base, words }] of shards.entries()) {
    const [baseHigh, baseLow] = [Math.floor(base / 2 ** 32), base]
    const own = [slots, entries, depth, baseHigh, baseLow, crc32(asBytes(words))]
    head.set(own, headWords + i * shardHeadWords)
  }
  head.set([groupMark, shards.length, crc32(asBytes(head.subarray(headWords)))])
  yield asBytes(head)
  for (const { words } of shards) yield asBytes(words)
}

/** The index of a file; undefined where that is not whole, or was written otherwise. */
export async function readIndexFile(
  file: DerivedReader,
  { fields, time }: { readonly fields: readonly TermField[]; readonly time: TimeFields },
): Promise<{ readonly index: SightingIndex; readonly notes: IndexFileNotes } | undefined> {
  const shards: Shard[] = []
  for (;;) {
    const head = wordsOf((await file.take([groupHeadWords * wordBytes]))[0])
    if (head?.length !== groupHeadWords) return undefined
    const [mark, count = 0, checksum] = head
    if (mark === endMark) {
      const [text] = await file.take([count])
      if (text?.length !== count || crc32(text) !== checksum) return undefined
      const ending: Ending = JSON.parse(new TextDecoder().decode(text), reviver)
      const { notes, widthMs, seed, ...state } = ending
      const settings = { fields, time, widthMs, seed: Uint32Array.from(seed) }
      return { index: sightingIndex(settings, { state, shards }), notes }
    }
    if (mark !== groupMark || crc32(asBytes(head.subarray(headWords))) !== checksum)
      return undefined
    const group = await readGroup(file, head, count)
    if (group === undefined) return undefined
    shards.push(...group)
  }
}

async function readGroup(
  file: DerivedReader,
  head: Uint32Array,
  count: number,
): Promise<readonly Shard[] | undefined> {
  const heads = Array.from({ length: count }, (_, i) =>
    head.subarray(headWords + i * shardHeadWords, headWords + (i + 1) * shardHeadWords),
  )
  const bodies = await file.take(heads.map(([slots = 0]) => slots * slotWords * wordBytes))
  const shards = heads.map((own, i): Shard | undefined => {
    const [slots = 0, entries = 0, depth = 0, baseHigh = 0, baseLow = 0, checksum] = own
    const words = wordsOf(bodies[i])
    if (words?.length !== slots * slotWords || crc32(asBytes(words)) !== checksum) return undefined
    return { words, slots, entries, depth, base: (baseHigh | 0) * 2 ** 32 + baseLow }
  })
  const whole = shards.filter((shard) => shard !== undefined)
  return whole.length === count ? whole : undefined
}

const groupMark = 0x4653_4731
const endMark = 0x4653_4531
const wordBytes = Uint32Array.BYTES_PER_ELEMENT

function asBytes(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

/** The words of bytes that have a buffer of their own. */
function wordsOf(bytes: Uint8Array<ArrayBuffer> | undefined): Uint32Array | undefined {
  if (bytes === undefined || bytes.length % wordBytes !== 0) return undefined
  return new Uint32Array(bytes.buffer)
}

/** JSON knows no infinity. */
function replacer(_: string, value: unknown): unknown {
  return value === Infinity ? 'Infinity' : value
}

function reviver(_: string, value: unknown): unknown {
  return value === 'Infinity' ? Infinity : value
}
