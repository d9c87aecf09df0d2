import type { EventSource, FieldValue } from '#event'
import type { FilterPlan } from '#query'
import { keySet, type KeySet } from './key-set.ts'
import { anyGroup, type Comparison, type ThreatQuestion } from './threat-question.ts'

/** What many indicators are looked up by, in little memory: tells quickly which events match none. */
export interface IndicatorKeys {
  /** Values held. */
  readonly size: number
  /** No indicator was added. */
  readonly isEmpty: boolean
  add(indicator: EventSource): void
  /** False only for an event that none of the indicators matches. */
  mayMatch(event: EventSource): boolean
  /** A filter that every event with a match passes; values are spelt out while they are few. */
  eventFilter(): FilterPlan
}

/** Beyond so many values a filter on them costs more than it saves. */
const maxFilterValues = 1_000

/** No keys yet, for the comparisons of a question. */
export function indicatorKeys({ groups }: Pick<ThreatQuestion, 'groups'>): IndicatorKeys {
  const kept = new Map<Comparison, ComparisonKeys>()
  for (const { positive } of groups) {
    for (const comparison of positive) kept.set(comparison, comparisonKeys(comparison))
  }
  const all = [...kept.values()]
  let isEmpty = true
  return {
    get size() {
      return all.reduce((sum, { size }) => sum + size, 0)
    },
    get isEmpty() {
      return isEmpty
    },
    add(indicator) {
      isEmpty = false
      for (const keys of all) keys.add(indicator)
    },
    mayMatch: (event) =>
      groups.some(({ positive }) =>
        positive.every((comparison) => kept.get(comparison)?.mayHold(event) ?? true),
      ),
    eventFilter: () =>
      anyGroup(groups, (comparison) => kept.get(comparison)?.filter() ?? { kind: 'all' }),
  }
}

interface ComparisonKeys {
  readonly size: number
  add(indicator: EventSource): void
  mayHold(event: EventSource): boolean
  filter(): FilterPlan
}

function comparisonKeys({ entry, keys, indicatorValues }: Comparison): ComparisonKeys {
  const exists = { kind: 'exists', field: { kind: 'field', name: entry.field } } as const
  if (keys === undefined) {
    return { size: 0, add: () => undefined, mayHold: () => true, filter: () => exists }
  }
  const setsByWidth = new Map<number, KeySet>()
  const few = new Set<FieldValue>()
  let size = 0
  return {
    get size() {
      return size
    },
    add(indicator) {
      for (const value of indicatorValues(indicator)) {
        const found = keys.ofIndicator(value)
        if (found === undefined) continue
        const set = setsByWidth.get(found.width) ?? keySet()
        setsByWidth.set(found.width, set)
        const before = set.size
        set.add(found.key)
        size += set.size - before
        if (few.size <= maxFilterValues) few.add(value)
      }
    },
    mayHold(event) {
      for (const [width, set] of setsByWidth) {
        if (keys.ofEvent(event, width).some((key) => set.has(key))) return true
      }
      return false
    },
    filter: () => {
      if (few.size === 0) return { kind: 'none' }
      if (few.size > maxFilterValues) return exists
      return { kind: 'match-any', field: exists.field, values: [...few] }
    },
  }
}
