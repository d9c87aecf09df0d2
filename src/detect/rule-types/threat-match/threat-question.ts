import type { EventSource, FieldCatalogue, FieldValue } from '#event'
import { compileFilter, type FilterPlan, type MatchContext } from '#query'
import type { ThreatMappingEntry, ThreatMatchParams } from '#rule'
import { existing } from '../existing.ts'
import { fieldKeysOf, valueReader, type FieldKeys } from './field-keys.ts'

/** A threat_match rule made ready: which documents are indicators, and what they must share with an event. */
export interface ThreatQuestion {
  readonly params: ThreatMatchParams
  /** The indicators' query and filters. */
  readonly indicatorFilter: FilterPlan
  /** An indicator matches an event when all comparisons of some group hold. */
  readonly groups: readonly ComparisonGroup[]
}

/** Comparisons that must hold together. */
export interface ComparisonGroup {
  readonly comparisons: readonly Comparison[]
  /** Those that ask for equality: at least one. */
  readonly positive: readonly Comparison[]
}

/** One entry of the mapping. */
export interface Comparison {
  readonly entry: ThreatMappingEntry
  /** How the event's values are looked up; undefined: only one by one. */
  readonly keys: FieldKeys | undefined
  /** An indicator's values that a search could see. */
  indicatorValues(source: EventSource): readonly FieldValue[]
}

/** The groups of a mapping; `fields` says how values of each field compare. */
export function comparisonGroups(
  { threatMapping }: ThreatMatchParams,
  fields: FieldCatalogue,
): readonly ComparisonGroup[] {
  return threatMapping.map(({ entries }) => {
    const comparisons = entries.map((entry) => comparison(entry, fields))
    return { comparisons, positive: comparisons.filter(({ entry }) => entry.negate !== true) }
  })
}

function comparison(entry: ThreatMappingEntry, fields: FieldCatalogue): Comparison {
  const values = valueReader([entry.value])
  const limit = fields.mappingOf(entry.value)?.ignoreAbove ?? Number.POSITIVE_INFINITY
  return {
    entry,
    keys: fieldKeysOf(entry.field, fields),
    indicatorValues: (source) =>
      values(source).filter((value) => typeof value !== 'string' || value.length <= limit),
  }
}

/** Whether some value of the event equals a value of an indicator, by the type of the event's field. */
export function isEqual(
  { entry }: Comparison,
  source: EventSource,
  { value, context }: { readonly value: FieldValue; readonly context: MatchContext },
): boolean {
  const field = { kind: 'field', name: entry.field } as const
  return compileFilter({ kind: 'match', field, literal: { value, quoted: true } }, context)(source)
}

/** What every event, or every indicator, that can match at all holds: the fields of some group. */
export function holdsFields(
  { groups }: Pick<ThreatQuestion, 'groups'>,
  side: 'field' | 'value',
): FilterPlan {
  return anyGroup(groups, ({ entry }) => existing(entry[side]))
}

/** A filter of the mapping's shape, of what each comparison that asks for equality contributes. */
export function anyGroup(
  groups: readonly ComparisonGroup[],
  filterOf: (comparison: Comparison) => FilterPlan,
): FilterPlan {
  return {
    kind: 'or',
    of: groups.map(({ positive }) => ({ kind: 'and', of: positive.map(filterOf) })),
  }
}
