import { bloomBits, idBloom } from './bloom.ts'
import type { AskedId, Segment } from './segment.ts'

/** As much of a segment as is asked for ids. */
export type IdSegment = Pick<Segment, 'firstSequence' | 'takeIds' | 'mayHold'>

/**
 * Which segments may hold an event, by the filters over their ids; costs no read. Each filter is asked by itself
 * until it is laid over the others.
 */
export interface IdIndex<T extends IdSegment> {
  add(segment: T): void
  /** Lays one more filter over the others, some milliseconds of work; false where all are. */
  layOne(): boolean
  remove(segment: T): void
  /** Oldest first. */
  mayHold(asked: AskedId): readonly T[]
}

/** Filters of one size, a bit each in every word: one look asks as many segments as a word has bits. */
interface FilterGroup<T> {
  readonly words: Uint32Array
  readonly segments: (T | undefined)[]
}

const groupSegments = 32

/** An index over some segments. */
export function idIndex<T extends IdSegment>(segments: readonly T[]): IdIndex<T> {
  let groups: readonly FilterGroup<T>[] = []
  /** Those whose filters are asked by themselves: for now, or always, being of the first format. */
  let alone: readonly T[] = segments
  let waiting: readonly T[] = segments

  const groupFor = (size: number): FilterGroup<T> => {
    const known = groups.findLast(
      ({ words, segments: members }) => words.length === size && members.length < groupSegments,
    )
    if (known !== undefined) return known
    const group: FilterGroup<T> = { words: new Uint32Array(size), segments: [] }
    groups = [...groups, group]
    return group
  }

  const lay = (segment: T): void => {
    const filter = segment.takeIds()
    if (filter === undefined) return
    alone = alone.filter((each) => each !== segment)
    const { words, segments: members } = groupFor(filter.length * 8)
    const own = 1 << members.length
    members.push(segment)
    for (const [at, byte] of filter.entries()) {
      for (let left = byte; left !== 0; left &= left - 1) {
        const bit = 8 * at + 31 - Math.clz32(left & -left)
        words[bit] = (words[bit] ?? 0) | own
      }
    }
  }

  return {
    add: (segment) => {
      alone = [...alone, segment]
      lay(segment)
    },
    layOne: () => {
      const [next, ...rest] = waiting
      if (next !== undefined) lay(next)
      waiting = rest
      return rest.length > 0
    },
    remove: (segment) => {
      waiting = waiting.filter((each) => each !== segment)
      alone = alone.filter((each) => each !== segment)
      for (const { segments: members } of groups) {
        const at = members.indexOf(segment)
        if (at >= 0) members[at] = undefined
      }
      groups = groups.filter(({ segments: members }) => members.some((each) => each !== undefined))
    },
    mayHold: (asked) => {
      const found = alone.filter((segment) => segment.mayHold(asked))
      for (const { words, segments: members } of groups) {
        let left = inAllOf(words, asked)
        for (; left !== 0; left &= left - 1) {
          const segment = members[31 - Math.clz32(left & -left)]
          if (segment !== undefined) found.push(segment)
        }
      }
      return found.toSorted((a, b) => a.firstSequence - b.firstSequence)
    },
  }
}

/** The filters of a group in which every bit of an id is set. */
function inAllOf(words: Uint32Array, { hash }: AskedId): number {
  let all = -1
  for (const bit of bloomBits(hash, words.length, idBloom)) {
    all &= words[bit] ?? 0
    if (all === 0) return 0
  }
  return all
}
