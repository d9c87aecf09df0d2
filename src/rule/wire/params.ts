import type { JsonObject } from '#base'
import type {
  AlertSuppression,
  EqlParams,
  EsqlParams,
  NewTermsParams,
  QueryParams,
  RuleParams,
  RuleSource,
  SavedQueryParams,
  ThreatMatchParams,
  ThresholdParams,
} from '../rule.ts'
import { present } from './present.ts'
import { otherTypeMembers, readOther } from './other-params.ts'
import { readSuppression, suppressionToWire } from './suppression.ts'
import { readThreatMatch, threatMatchMembers, threatMatchToWire } from './threat-match.ts'
import {
  readThreshold,
  readThresholdSuppression,
  thresholdSuppressionToWire,
  thresholdToWire,
} from './threshold.ts'
import type { WireReader } from './wire-reader.ts'

/** A rule type's wire name. */
export type RuleTypeName = RuleParams['type']

const sourceMembers = ['index', 'data_view_id', 'filters', 'alert_suppression']

/** Wire names of what rules of each type say beyond the envelope. */
export const typeMembers: { readonly [Type in RuleTypeName]: readonly string[] } = {
  query: ['query', 'language', 'saved_id', ...sourceMembers],
  saved_query: ['saved_id', 'query', 'language', ...sourceMembers],
  threshold: ['query', 'language', 'saved_id', 'threshold', ...sourceMembers],
  new_terms: ['query', 'language', 'new_terms_fields', 'history_window_start', ...sourceMembers],
  threat_match: ['query', 'language', 'saved_id', ...threatMatchMembers, ...sourceMembers],
  eql: [
    'query',
    'language',
    'event_category_override',
    'tiebreaker_field',
    'timestamp_field',
    ...sourceMembers,
  ],
  esql: ['query', 'language', 'alert_suppression'],
  ...otherTypeMembers,
}

/** Every rule type that can be read and written. */
export const ruleTypeNames = Object.keys(typeMembers) as readonly RuleTypeName[]

/** What is particular to a rule of `type`. */
export function readParams(reader: WireReader, type: RuleTypeName): RuleParams {
  if (type === 'query') return readQuery(reader)
  if (type === 'saved_query') return readSavedQuery(reader)
  if (type === 'threshold') return readThresholdParams(reader)
  if (type === 'new_terms') return readNewTerms(reader)
  if (type === 'threat_match') return readThreat(reader)
  if (type === 'eql') return readEql(reader)
  if (type === 'esql') return readEsql(reader)
  return readOther(reader, type)
}

function readQuery(reader: WireReader): QueryParams {
  return {
    type: 'query',
    query: reader.text('query') ?? '',
    language: readLanguage(reader),
    ...present({ savedId: reader.text('saved_id') }),
    ...readSource(reader),
    ...readSuppressed(reader),
  }
}

function readSavedQuery(reader: WireReader): SavedQueryParams {
  reader.requires('saved_id')
  return {
    type: 'saved_query',
    savedId: reader.text('saved_id') ?? '',
    language: readLanguage(reader),
    ...present({ query: reader.text('query') }),
    ...readSource(reader),
    ...readSuppressed(reader),
  }
}

function readThresholdParams(reader: WireReader): ThresholdParams {
  reader.requires('query')
  return {
    type: 'threshold',
    query: reader.text('query') ?? '',
    language: readLanguage(reader),
    threshold: readThreshold(reader),
    ...present({ savedId: reader.text('saved_id') }),
    ...readSource(reader),
    ...present({ alertSuppression: readThresholdSuppression(reader) }),
  }
}

function readNewTerms(reader: WireReader): NewTermsParams {
  for (const key of ['query', 'new_terms_fields', 'history_window_start']) reader.requires(key)
  return {
    type: 'new_terms',
    query: reader.text('query') ?? '',
    language: readLanguage(reader),
    newTermsFields: reader.texts('new_terms_fields', { min: 1, max: 3 }) ?? [],
    historyWindowStart: reader.text('history_window_start', { filled: true }) ?? '',
    ...readSource(reader),
    ...readSuppressed(reader),
  }
}

function readThreat(reader: WireReader): ThreatMatchParams {
  reader.requires('query')
  return {
    type: 'threat_match',
    query: reader.text('query') ?? '',
    language: readLanguage(reader),
    ...present({ savedId: reader.text('saved_id') }),
    ...readThreatMatch(reader),
    ...readSource(reader),
    ...readSuppressed(reader),
  }
}

function readEql(reader: WireReader): EqlParams {
  for (const key of ['query', 'language']) reader.requires(key)
  reader.choice('language', ['eql'])
  return {
    type: 'eql',
    query: reader.text('query') ?? '',
    language: 'eql',
    ...present({
      eventCategoryOverride: reader.text('event_category_override'),
      timestampField: reader.text('timestamp_field'),
      tiebreakerField: reader.text('tiebreaker_field'),
    }),
    ...readSource(reader),
    ...readSuppressed(reader),
  }
}

function readEsql(reader: WireReader): EsqlParams {
  for (const key of ['query', 'language']) reader.requires(key)
  reader.choice('language', ['esql'])
  return {
    type: 'esql',
    query: reader.text('query') ?? '',
    language: 'esql',
    ...readSuppressed(reader),
  }
}

function readLanguage(reader: WireReader): 'kuery' | 'lucene' {
  return reader.choice('language', ['kuery', 'lucene']) ?? 'kuery'
}

function readSource(reader: WireReader): RuleSource {
  return {
    filters: reader.jsons('filters') ?? [],
    ...present({ index: reader.texts('index'), dataViewId: reader.text('data_view_id') }),
  }
}

function readSuppressed(reader: WireReader): { readonly alertSuppression?: AlertSuppression } {
  return present({ alertSuppression: readSuppression(reader) })
}

/** The wire form of {@link readParams}'s result, `type` included. */
export function paramsToWire(params: RuleParams): JsonObject {
  switch (params.type) {
    case 'query':
    case 'saved_query':
      return { ...queryToWire(params), ...suppressedToWire(params) }
    case 'threshold': {
      const suppression = thresholdSuppressionToWire(params.alertSuppression)
      return present({
        ...queryToWire(params),
        threshold: thresholdToWire(params.threshold),
        alert_suppression: suppression,
      })
    }
    case 'new_terms':
      return {
        ...queryToWire(params),
        new_terms_fields: params.newTermsFields,
        history_window_start: params.historyWindowStart,
        ...suppressedToWire(params),
      }
    case 'threat_match':
      return { ...queryToWire(params), ...threatMatchToWire(params), ...suppressedToWire(params) }
    case 'eql':
      return {
        ...queryToWire(params),
        ...present({
          event_category_override: params.eventCategoryOverride,
          timestamp_field: params.timestampField,
          tiebreaker_field: params.tiebreakerField,
        }),
        ...suppressedToWire(params),
      }
    case 'esql': {
      const { type, language, query } = params
      return { type, language, query, ...suppressedToWire(params) }
    }
    default:
      return { ...params.wire, type: params.type }
  }
}

/** What all types with a query in one of our languages say alike. */
function queryToWire(
  params: RuleSource & {
    readonly type: RuleTypeName
    readonly language: string
    readonly query?: string
    readonly savedId?: string
  },
): JsonObject {
  return present({
    type: params.type,
    language: params.language,
    query: params.query,
    saved_id: params.savedId,
    index: params.index,
    data_view_id: params.dataViewId,
    filters: params.filters,
  })
}

function suppressedToWire({
  alertSuppression,
}: {
  readonly alertSuppression?: AlertSuppression
}): JsonObject {
  return present({ alert_suppression: suppressionToWire(alertSuppression) })
}
