import type { IndexFilter } from '#event'
import type { NecessaryTerm, NecessaryTerms } from '#query'
import type { SearchRequest, TimeFields, TimeRange } from '../event-store.ts'
import { trackedTimeFields, type Block, type BlockFacts, type BlockTimes } from './block.ts'
import { blockBloom, mayHold } from './bloom.ts'
import type { IndexPart } from './index-part.ts'
import { isTerm, presenceHash, termOf, valueHash, type TermHash } from './term-hash.ts'

/** What every match of a search must have; a block that cannot hold one is passed over. */
export interface BlockChoice {
  /** Whether a part of the store, by its indices, their field names and its times, may hold a match. */
  mayBeInPart(
    indices: ReadonlyMap<string, IndexPart>,
    times: BlockFacts['times'] | undefined,
  ): boolean
  /** Whether a block may, by its indices and its times. */
  mayBeByFacts(block: Block): boolean
  /** Whether a block may, by its terms. */
  mayBeIn(block: Block): Promise<boolean>
}

/** Event time between which all events of a block stand; infinite where that is not known. */
export interface TimeBounds {
  readonly firstMs: number
  readonly lastMs: number
}

/** The choice for a search. `terms`: ANDed groups of ORed terms, as `necessaryTerms` gives them. */
export function blockChoice(
  { time }: Pick<SearchRequest, 'time'>,
  included: IndexFilter,
  terms: NecessaryTerms,
): BlockChoice {
  const groups = terms.map((group) => group.map((term) => ({ term, hash: hashOf(term) })))
  return {
    mayBeInPart: (indices, times) => {
      if (time !== undefined && times !== undefined && !mayBeInTime(times, time)) return false
      const parts = [...indices].flatMap(([index, part]) => (included(index) ? [part] : []))
      return (
        parts.length > 0 &&
        groups.every((group) =>
          group.some(({ term }) => parts.some(({ fields }) => fields?.has(term.field) ?? true)),
        )
      )
    },
    mayBeByFacts: ({ facts }) => {
      if (facts === undefined) return true
      if (!facts.indices.some(included)) return false
      return time === undefined || mayBeInTime(facts.times, time)
    },
    mayBeIn: async (block) => {
      if (groups.length === 0) return true
      const bloom = await block.bloom()
      if (bloom === undefined) return true
      return groups.every((group) =>
        group.some(({ hash }) => hash === undefined || mayHold(bloom, hash, blockBloom)),
      )
    },
  }
}

/** Undefined for a value too long to have been noted. */
function hashOf(term: NecessaryTerm): TermHash | undefined {
  const presence = presenceHash(term.field)
  if (term.kind === 'field') return termOf(presence)
  return isTerm(term.value) ? termOf(valueHash(presence, term.value)) : undefined
}

function mayBeInTime(times: BlockFacts['times'], { fields, fromMs, toMs }: TimeRange): boolean {
  const { firstMs, lastMs } = timeBoundsOf(times, fields)
  return firstMs <= toMs && lastMs >= fromMs
}

/** Where the events of a block, or of several, stand in time, by the fields of a search. */
export function timeBoundsOf(
  times: BlockFacts['times'] | undefined,
  fields: TimeFields,
): TimeBounds {
  const primary = timesBy(times, fields.primary)
  if (primary === undefined) return everywhere
  if (primary.missing === 0 || fields.secondary === undefined) return boundsOf(primary)
  const secondary = timesBy(times, fields.secondary)
  if (secondary === undefined) return everywhere
  const [first, second] = [boundsOf(primary), boundsOf(secondary)]
  return {
    firstMs: Math.min(first.firstMs, second.firstMs),
    lastMs: Math.max(first.lastMs, second.lastMs),
  }
}

function timesBy(times: BlockFacts['times'] | undefined, field: string): BlockTimes | undefined {
  return trackedTimeFields.includes(field) ? times?.[field] : undefined
}

const everywhere: TimeBounds = { firstMs: -Infinity, lastMs: Infinity }

/** No event of the block stands anywhere where the field is missing from all of them. */
function boundsOf({ firstMs = Infinity, lastMs = -Infinity }: BlockTimes): TimeBounds {
  return { firstMs, lastMs }
}
