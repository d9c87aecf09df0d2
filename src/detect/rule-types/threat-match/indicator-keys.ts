import type { EventSource, FieldName, FieldValue } from '#event'
import type { FilterPlan } from '#query'
import { existing } from '../existing.ts'
import type { FieldKeys } from './field-keys.ts'
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
  const learntByName = new Map<string, LearntValues>()
  for (const comparison of groups.flatMap(({ positive }) => positive)) {
    const { keys, entry } = comparison
    if (keys === undefined) continue
    // Several fields of events may be compared with one field of indicators.
    const name = JSON.stringify([entry.value, keys.way])
    const learnt = learntByName.get(name) ?? learntValues(comparison, keys)
    learntByName.set(name, learnt)
    kept.set(comparison, comparisonKeys(entry.field, keys, learnt))
  }
  const all = [...learntByName.values()]
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
      anyGroup(
        groups,
        (comparison) => kept.get(comparison)?.filter() ?? existing(comparison.entry.field),
      ),
  }
}

/** The values of one field of indicators. */
interface LearntValues {
  readonly size: number
  readonly setsByWidth: ReadonlyMap<number, KeySet>
  /** The first of them, as written; more than {@link maxFilterValues} stands for many. */
  readonly few: ReadonlySet<FieldValue>
  add(indicator: EventSource): void
}

function learntValues({ indicatorValues }: Comparison, keys: FieldKeys): LearntValues {
  const setsByWidth = new Map<number, KeySet>()
  const few = new Set<FieldValue>()
  let size = 0
  return {
    setsByWidth,
    few,
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
  }
}

/** What one comparison asks of events. */
interface ComparisonKeys {
  mayHold(event: EventSource): boolean
  filter(): FilterPlan
}

function comparisonKeys(
  name: FieldName,
  keys: FieldKeys,
  { setsByWidth, few }: LearntValues,
): ComparisonKeys {
  return {
    mayHold(event) {
      for (const [width, set] of setsByWidth) {
        if (keys.ofEvent(event, width).some((key) => set.has(key))) return true
      }
      return false
    },
    filter: () => {
      if (few.size === 0) return { kind: 'none' }
      if (few.size > maxFilterValues) return existing(name)
      return { kind: 'match-any', field: { kind: 'field', name }, values: [...few] }
    },
  }
}
