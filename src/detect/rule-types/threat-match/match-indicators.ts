import {
  familyOf,
  type EventDocument,
  type EventSource,
  type FieldCatalogue,
  type FieldName,
  type FieldValue,
  valuesOf,
} from '#event'
import type { FilterPlan } from '#query'
import type { ThreatMappingEntry } from '#rule'
import { turns } from '../../execution/turns.ts'
import type { WindowSearch } from '../../rule-type.ts'
import { identityOf, indicatorsOf } from './indicators.ts'
import {
  anyGroup,
  isEqual,
  type Comparison,
  type ComparisonGroup,
  type ThreatQuestion,
} from './threat-question.ts'

/** One comparison by which an indicator matched an event. */
export interface IndicatorMatch {
  readonly indicator: EventDocument
  readonly entry: ThreatMappingEntry
  /** The indicator's value that the event has. */
  readonly value: FieldValue
}

/** What an event matched: in the order of the indicators, then of the mapping. */
export interface EventMatches {
  readonly event: EventDocument
  readonly matches: readonly IndicatorMatch[]
}

/** An alert tells so many matches at most. */
export const maxMatches = 200

/** The indicators that each of some events matches; events without any are left out. Exact, whatever narrowed the events before. */
export async function matchIndicators(
  events: readonly EventDocument[],
  search: WindowSearch,
  question: ThreatQuestion,
): Promise<readonly EventMatches[]> {
  if (events.length === 0) return []
  const found = events.map(() => new Map<string, IndicatorMatch>())
  const lookUp = eventLookUp(events)
  const others = turns()
  const narrowing = indicatorFilter(events, question, search.context.fields)
  let cut = false
  for await (const page of indicatorsOf(search, question, narrowing)) {
    for (const indicator of page) {
      for (const group of question.groups) {
        const positions = lookUp(group, indicator.source)
        const turn = others.take(1 + 20 * positions.length)
        if (turn !== undefined) await turn
        for (const at of positions) {
          const event = events[at]
          const into = found[at]
          if (event === undefined || into === undefined) continue
          for (const match of groupMatches(group, { event, indicator, search })) {
            const { field, value } = match.entry
            const key = JSON.stringify([identityOf(indicator), field, value])
            if (into.size < maxMatches || into.has(key)) into.set(key, match)
            else cut = true
          }
        }
      }
    }
  }
  if (cut) {
    search.warn(
      'too_many_indicators',
      `an event matches more than ${maxMatches} indicators; its alert tells the first of them`,
    )
  }
  return events.flatMap((event, at) => {
    const matches = [...(found[at]?.values() ?? [])]
    return matches.length === 0 ? [] : [{ event, matches }]
  })
}

/** The comparisons for equality, if the group holds; none if it does not. */
function groupMatches(
  { comparisons }: ComparisonGroup,
  {
    event,
    indicator,
    search: { context },
  }: {
    readonly event: EventDocument
    readonly indicator: EventDocument
    readonly search: WindowSearch
  },
): readonly IndicatorMatch[] {
  const matches: IndicatorMatch[] = []
  for (const comparison of comparisons) {
    const { entry } = comparison
    const equal = comparison
      .indicatorValues(indicator.source)
      .find((value) => isEqual(comparison, event.source, { value, context }))
    if ((equal === undefined) !== (entry.negate === true)) return []
    if (equal !== undefined) matches.push({ indicator, entry, value: equal })
  }
  return matches
}

/** Finds, for an indicator, the positions of the events that it may match by a group. */
function eventLookUp(
  events: readonly EventDocument[],
): (group: ComparisonGroup, indicator: EventSource) => readonly number[] {
  const all = events.map((_, at) => at)
  const byComparison = new Map<Comparison, Map<number, ReadonlyMap<string, readonly number[]>>>()
  const positionsOf = (comparison: Comparison, width: number) => {
    const byWidth = byComparison.get(comparison) ?? new Map()
    byComparison.set(comparison, byWidth)
    const known = byWidth.get(width)
    if (known !== undefined) return known
    const fresh = new Map<string, number[]>()
    for (const [at, { source }] of events.entries()) {
      for (const key of new Set(comparison.keys?.ofEvent(source, width))) {
        const positions = fresh.get(key)
        if (positions === undefined) fresh.set(key, [at])
        else positions.push(at)
      }
    }
    byWidth.set(width, fresh)
    return fresh
  }
  return ({ positive }, indicator) => {
    const comparison = positive.find(({ keys }) => keys !== undefined)
    if (comparison?.keys === undefined) return all
    const { keys } = comparison
    const positions = new Set<number>()
    for (const value of comparison.indicatorValues(indicator)) {
      const wanted = keys.ofIndicator(value)
      if (wanted === undefined) continue
      for (const at of positionsOf(comparison, wanted.width).get(wanted.key) ?? []) {
        positions.add(at)
      }
    }
    return [...positions]
  }
}

/** Beyond so many values a filter on them costs more than it saves. */
const maxFilterValues = 1_000

/** A filter that every indicator which matches one of the events passes. */
function indicatorFilter(
  events: readonly EventDocument[],
  { groups }: ThreatQuestion,
  fields: FieldCatalogue,
): FilterPlan {
  return anyGroup(groups, ({ entry }) => {
    const wanted = isExactText(entry.field, fields) && isExactText(entry.value, fields)
    const values = new Set<string>()
    for (const { source } of wanted ? events : []) {
      for (const value of valuesOf(source, entry.field)) values.add(String(value))
      if (values.size > maxFilterValues) break
    }
    if (!wanted || values.size > maxFilterValues) return { kind: 'all' }
    return {
      kind: 'match-any',
      field: { kind: 'field', name: entry.value },
      values: [...values],
    }
  })
}

/** Whether values of a field are equal exactly when their texts are. */
function isExactText(name: FieldName, fields: FieldCatalogue): boolean {
  const mapping = fields.mappingOf(name)
  if (mapping === undefined || fields.nestedPathOf(name) !== undefined) return false
  const { type, caseless = false, valuesFrom } = mapping
  return familyOf(type) === 'keyword' && !caseless && valuesFrom === undefined
}
