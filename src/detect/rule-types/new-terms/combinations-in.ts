import {
  combinationCountOf,
  combinationsOf,
  compareCombinations,
  maxCombinationsOfDocument,
  type Combination,
} from '../../first-seen/combination.ts'
import type { TermField } from '../../first-seen/term.ts'
import type { EventDocument } from '#event'
import { turns } from '../../execution/turns.ts'
import type { WindowSearch } from '../../rule-type.ts'

/** A combination and how many events of the window contribute it. */
export interface CountedCombination extends Combination {
  readonly count: number
}

/** A page of a window's combinations, ascending. */
export interface CombinationPage {
  readonly combinations: readonly CountedCombination[]
  readonly hasMore: boolean
}

/**
 * The smallest combinations of a window after a given one. One pass over the window's events; memory
 * holds at most twice the limit, however many combinations there are.
 */
export async function combinationsIn(
  search: WindowSearch,
  fields: readonly TermField[],
  { limit, after }: { readonly limit: number; readonly after?: Combination | undefined },
): Promise<CombinationPage> {
  const compare = compareCombinations(fields)
  let kept = new Map<string, { combination: Combination; count: number }>()
  let greatest: Combination | undefined
  const cut = () => {
    const smallest = [...kept.values()]
      .toSorted((a, b) => compare(a.combination, b.combination))
      .slice(0, limit)
    greatest = smallest.at(-1)?.combination
    kept = new Map(smallest.map((entry) => [entry.combination.key, entry]))
  }
  let hasMore = false
  const others = turns()
  const { indices, context, filter, reader, signal, time, window } = search
  const pages = reader.search({
    indices,
    context,
    filter,
    signal,
    time: { fields: time, ...window },
    order: 'sequence',
    recurs: true,
  })
  for await (const page of pages) {
    for (const event of page) {
      const contributed = combinationCountOf(event.source, fields)
      if (contributed > maxCombinationsOfDocument) warnOfTooMany(search, event, contributed)
      await others.take(contributed)
      for (const combination of combinationsOf(event.source, fields)) {
        const known = kept.get(combination.key)
        if (known !== undefined) {
          known.count++
          continue
        }
        if (after !== undefined && compare(combination, after) <= 0) continue
        if (greatest !== undefined && compare(combination, greatest) > 0) {
          hasMore = true
          continue
        }
        kept.set(combination.key, { combination, count: 1 })
        if (kept.size < 2 * limit) continue
        cut()
        hasMore = true
      }
    }
  }
  hasMore ||= kept.size > limit
  cut()
  const combinations = [...kept.values()].map(({ combination, count }) => ({
    ...combination,
    count,
  }))
  return { combinations, hasMore }
}

function warnOfTooMany(search: WindowSearch, { index, id }: EventDocument, count: number): void {
  const message = `event ${id} in ${index} makes ${count} combinations of new-terms fields; the first ${maxCombinationsOfDocument} were looked at`
  search.warn('too_many_combinations', message)
}
