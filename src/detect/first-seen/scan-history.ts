import type { FilterPlan } from '#query'
import { eventMsOf } from '../execution/event-time.ts'
import { turns } from '../execution/turns.ts'
import { combinationCountOf, combinationsOf, type Combination } from './combination.ts'
import type { FirstSeen, FirstSeenHistory } from './first-seen-history.ts'
import type { Term, TermField } from './term.ts'

/** The plain history: reads the events again each time. Every other member must agree with it. */
export const scanHistory: FirstSeenHistory = {
  async firstSeen(search, { fields, combinations, historyStartMs, knownUntilMs }) {
    const known = new Map<string, number>()
    const fresh = new Map<string, FirstSeen>()
    const others = turns()
    const undecided = new Set(combinations.map(({ key }) => key))
    const { indices, context, reader, signal, time, window } = search
    const pages = reader.search({
      indices,
      context,
      signal,
      filter: { kind: 'and', of: [search.filter, ...narrowing(combinations, fields)] },
      time: { fields: time, fromMs: historyStartMs, toMs: window.toMs },
      order: 'sequence',
    })
    for await (const page of pages) {
      for (const event of page) {
        const ms = eventMsOf(event.source, time)
        if (ms === undefined) continue
        await others.take(combinationCountOf(event.source, fields))
        for (const { key } of combinationsOf(event.source, fields)) {
          if (!undecided.has(key)) continue
          if (ms <= knownUntilMs) {
            known.set(key, ms)
            fresh.delete(key)
            undecided.delete(key)
          } else if (ms < (fresh.get(key)?.ms ?? Number.POSITIVE_INFINITY)) {
            fresh.set(key, { ms, index: event.index, id: event.id })
          }
        }
      }
      if (undecided.size === 0) break
    }
    return { known, fresh }
  },
}

/** Beyond so many terms a filter on them costs more than it saves. */
const maxNarrowingTerms = 1_000

/** Filters that only events with one of the wanted terms in each field pass; none where there are too many. */
function narrowing(
  combinations: readonly Combination[],
  fields: readonly TermField[],
): readonly FilterPlan[] {
  return fields.flatMap((field, i) => {
    if (!field.findable) return []
    const values = new Set<Term>()
    for (const { terms } of combinations) {
      const term = terms[i]
      if (term !== undefined) values.add(term)
      if (values.size > maxNarrowingTerms) return []
    }
    return [
      {
        kind: 'match-any',
        field: { kind: 'field', name: field.name },
        values: [...values],
      } satisfies FilterPlan,
    ]
  })
}
