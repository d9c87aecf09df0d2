import type { JsonObject } from '#base'
import type { ThreatMappingEntry, ThreatMappingGroup, ThreatMatchParams } from '../rule.ts'
import { present } from './present.ts'
import { extrasOf } from './unknown-members.ts'
import type { WireReader } from './wire-reader.ts'

/** What a threat_match rule says about indicators. */
type ThreatParams = Omit<
  ThreatMatchParams,
  | 'type'
  | 'query'
  | 'language'
  | 'savedId'
  | 'index'
  | 'dataViewId'
  | 'filters'
  | 'alertSuppression'
>

/** Wire names of what a threat_match rule says about indicators. */
export const threatMatchMembers: readonly string[] = [
  'threat_query',
  'threat_language',
  'threat_filters',
  'threat_index',
  'threat_mapping',
  'threat_indicator_path',
  'concurrent_searches',
  'items_per_search',
]

/** Where indicators have what they say of themselves, unless a rule names another place. */
const defaultIndicatorPath = 'threat.indicator'

/** The indicator side of a threat_match rule. */
export function readThreatMatch(reader: WireReader): ThreatParams {
  for (const key of ['threat_query', 'threat_mapping', 'threat_index']) reader.requires(key)
  return {
    threatQuery: reader.text('threat_query') ?? '',
    threatIndex: reader.texts('threat_index', { min: 1 }) ?? [],
    threatMapping: readMapping(reader),
    threatIndicatorPath:
      reader.text('threat_indicator_path', { filled: true }) ?? defaultIndicatorPath,
    ...present({
      threatLanguage: reader.choice('threat_language', ['kuery', 'lucene']),
      threatFilters: reader.jsons('threat_filters'),
      concurrentSearches: reader.integer('concurrent_searches', { min: 1 }),
      itemsPerSearch: reader.integer('items_per_search', { min: 1 }),
    }),
  }
}

function readMapping(reader: WireReader): readonly ThreatMappingGroup[] {
  const groups = reader.objects('threat_mapping') ?? []
  if (reader.has('threat_mapping') && groups.length === 0) {
    reader.reportValue('threat_mapping', empty('threat_mapping has no group; nothing would match'))
  }
  return groups.map((group) => {
    group.requires('entries')
    const entries = (group.objects('entries') ?? []).map(readEntry)
    if (group.has('entries') && entries.length === 0) {
      group.reportValue('entries', empty('a group of threat_mapping has no entry'))
    }
    return { ...extrasOf(group, ['entries']), entries }
  })
}

function readEntry(entry: WireReader): ThreatMappingEntry {
  for (const key of ['field', 'type', 'value']) entry.requires(key)
  const known = {
    field: entry.text('field', { filled: true }) ?? '',
    type: entry.choice('type', ['mapping']) ?? ('mapping' as const),
    value: entry.text('value', { filled: true }) ?? '',
    ...present({ negate: entry.flag('negate') }),
  }
  return { ...extrasOf(entry, ['field', 'type', 'value', 'negate']), ...known }
}

function empty(message: string): Parameters<WireReader['reportValue']>[1] {
  return { code: 'rule.wrong-count', severity: 'error', message }
}

/** The wire form of {@link readThreatMatch}'s result. */
export function threatMatchToWire(params: ThreatParams): JsonObject {
  return present({
    threat_query: params.threatQuery,
    threat_language: params.threatLanguage,
    threat_filters: params.threatFilters,
    threat_index: params.threatIndex,
    threat_mapping: params.threatMapping.map((group) => ({
      ...group,
      entries: group.entries.map((entry) => ({ ...entry })),
    })),
    threat_indicator_path: params.threatIndicatorPath,
    concurrent_searches: params.concurrentSearches,
    items_per_search: params.itemsPerSearch,
  })
}
