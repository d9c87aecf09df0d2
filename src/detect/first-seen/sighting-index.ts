import type { EventSource } from '#event'
import { eventTimesOf, sortTimeOf, type SequenceRange, type TimeFields } from '#store'
import { baseAt, bitOf, bitsBetween, bucketCount, oldestOf } from './bucket-span.ts'
import { combinationsOf } from './combination.ts'
import { combinationHash } from './combination-hash.ts'
import { partCount, staleFirst, undecidable, type Shard, type Sighting } from './sighting-shard.ts'
import { sightingTable } from './sighting-table.ts'
import type { TermField } from './term.ts'

/** What an index says of a combination; `undecided`: only the events themselves can tell. */
export type Verdict = 'known' | 'absent' | 'undecided'

/** A question about a stretch of event time, epoch milliseconds, both ends in. */
export interface SightingQuestion {
  readonly fromMs: number
  readonly untilMs: number
  /** What the store holds: what retention took counts no more. */
  readonly stored: SequenceRange
}

/** What an index is made of. */
export interface IndexSettings {
  readonly fields: readonly TermField[]
  readonly time: TimeFields
  readonly widthMs: number
  readonly seed: Uint32Array
}

/** What of an index changes with its events, beside the shards. */
export interface IndexState {
  readonly base: number
  /** By bucket, in the order of their bits: the lowest and highest sequence of its events; Infinity and 0 where it has none. */
  readonly lowest: readonly number[]
  readonly highest: readonly number[]
  /** From this time on, epoch milliseconds, there are events that lie too far ahead to be learnt yet. */
  readonly aheadMs: number
}

/**
 * When each combination of a rule was met, for a stretch of event time that moves on: by buckets of one
 * width, and for the first time in that stretch by a small part of a bucket. What these cannot tell is left
 * undecided. Learning an event again changes nothing.
 */
export interface SightingIndex {
  readonly settings: IndexSettings
  /** Takes an event that satisfies the rule's filter. Says how many combinations that was news for. */
  learn(event: { readonly source: EventSource; readonly sequence: number }): number
  /** Moves on to where buckets are kept from at a time; never back. */
  roll(nowMs: number): void
  /** Whether events of combinations lie in a stretch; in the order of the keys. */
  ask(keys: readonly string[], question: SightingQuestion): readonly Verdict[]
  /** Whether, after what retention took, most buckets can still decide. */
  isSound(stored: SequenceRange): boolean
  /** The time from which on everything learnt is kept, epoch milliseconds. */
  keptFromMs(): number
  /** While this is before {@link SightingIndex.keptUntilMs}, some events wait to be learnt again. */
  aheadMs(): number
  keptUntilMs(): number
  /** Begins to learn what lay ahead; the function given back ends that. */
  catchAhead(): () => void
  entries(): number
  bytes(): number
  state(): IndexState
  shards(): Iterable<Shard>
}

/** An index for the buckets of a time, empty; or as it was written down. */
export function sightingIndex(
  settings: IndexSettings,
  from:
    { readonly nowMs: number } | { readonly state: IndexState; readonly shards: readonly Shard[] },
): SightingIndex {
  const { fields, time, widthMs, seed } = settings
  const written = 'state' in from ? from.state : undefined
  let base = written?.base ?? baseAt('nowMs' in from ? from.nowMs : 0, widthMs)
  const lowest = written?.lowest.slice() ?? Array.from({ length: bucketCount }, () => Infinity)
  const highest = written?.highest.slice() ?? Array.from({ length: bucketCount }, () => 0)
  let aheadMs = written?.aheadMs ?? Infinity
  let aheadAgainMs = Infinity
  const hash = combinationHash(seed)
  const partMs = Math.ceil(widthMs / partCount)
  const table = sightingTable(hash, base, 'shards' in from ? from.shards : undefined)

  const lastBucket = (): number => base + bucketCount - 1
  const keptUntilMs = (): number => (base + bucketCount) * widthMs
  const noteAhead = (ms: number): void => {
    aheadMs = Math.min(aheadMs, ms)
    aheadAgainMs = Math.min(aheadAgainMs, ms)
  }

  const add = (
    { source, sequence }: { readonly source: EventSource; readonly sequence: number },
    sighting: Sighting,
  ): number => {
    const place = sighting.bucket & (bucketCount - 1)
    lowest[place] = Math.min(lowest[place] ?? Infinity, sequence)
    highest[place] = Math.max(highest[place] ?? 0, sequence)
    let news = 0
    for (const { key } of combinationsOf(source, fields)) {
      if (table.add(key, sighting)) news++
    }
    return news
  }

  /** The buckets whose events are all there still, and those of which none is. */
  const retained = ({ first }: SequenceRange) => {
    let whole = 0
    let gone = 0
    for (let place = 0; place < bucketCount; place++) {
      if ((lowest[place] ?? 0) >= first) whole |= 1 << place
      if ((highest[place] ?? 0) < first) gone |= 1 << place
    }
    return { whole, gone }
  }

  const judging = ({ fromMs, untilMs, stored }: SightingQuestion) => {
    const { whole, gone } = retained(stored)
    const isComplete = fromMs >= base * widthMs && untilMs < aheadMs
    const [from, until] = [Math.floor(fromMs / widthMs), Math.floor(untilMs / widthMs)]
    const touched = untilMs < fromMs ? 0 : bitsBetween(from, until, base) & ~gone
    const firstFull = Math.ceil(fromMs / widthMs)
    const lastFull = Math.floor((untilMs + 1) / widthMs) - 1
    const full = bitsBetween(firstFull, lastFull, base) & whole
    const absent: Verdict = isComplete ? 'absent' : 'undecided'
    return (bits: number, first: number): Verdict => {
      if (bits === 0) return absent
      if (first === undecidable) return 'undecided'
      if ((bits & full) !== 0) return 'known'
      const oldest = oldestOf(bits, base)
      const oldestBit = bitOf(oldest)
      if (first !== staleFirst && (gone & oldestBit) === 0) {
        const firstMs = oldest * widthMs + first * partMs
        if (firstMs > untilMs) return absent
        const isWithin = firstMs >= fromMs && firstMs + partMs - 1 <= untilMs
        if (isWithin && (whole & oldestBit) !== 0) return 'known'
      }
      return (bits & touched) === 0 ? absent : 'undecided'
    }
  }

  return {
    settings,
    learn(event) {
      const times = eventTimesOf(event.source, time)
      if (times.length === 0) return 0
      const firstMs = sortTimeOf(times, 'asc')
      const lastMs = sortTimeOf(times, 'desc')
      const bucket = Math.floor(lastMs / widthMs)
      if (bucket < base) return 0
      if (firstMs === lastMs) {
        if (bucket > lastBucket()) {
          noteAhead(firstMs)
          return 0
        }
        return add(event, { bucket, part: Math.floor((lastMs - bucket * widthMs) / partMs) })
      }
      // An event of several times stands at its first, and is met by whoever asks for any of them.
      if (bucket > lastBucket()) noteAhead(keptUntilMs())
      return add(event, { bucket: Math.min(bucket, lastBucket()), part: undecidable })
    },
    roll(nowMs) {
      const to = baseAt(nowMs, widthMs)
      if (to <= base) return
      for (let bucket = base; bucket < Math.min(to, base + bucketCount); bucket++) {
        lowest[bucket & (bucketCount - 1)] = Infinity
        highest[bucket & (bucketCount - 1)] = 0
      }
      base = to
      table.roll(to)
    },
    ask(keys, question) {
      const verdictOf = judging(question)
      const verdicts: Verdict[] = []
      table.find(keys, (bits, first) => verdicts.push(verdictOf(bits, first)))
      return verdicts
    },
    isSound(stored) {
      const { whole, gone } = retained(stored)
      const isIn = (bits: number) => (_: number, place: number) => (bits & (1 << place)) !== 0
      return lowest.filter(isIn(~whole & ~gone)).length <= lowest.filter(isIn(~gone)).length / 2
    },
    keptFromMs: () => base * widthMs,
    keptUntilMs,
    aheadMs: () => aheadMs,
    catchAhead() {
      aheadAgainMs = Infinity
      return () => {
        aheadMs = aheadAgainMs
      }
    },
    entries: () => table.entries(),
    bytes: () => table.bytes(),
    state: () => ({ base, lowest: lowest.slice(), highest: highest.slice(), aheadMs }),
    shards: () => table.shards(),
  }
}
