import type { JsonObject } from '#base'
import type {
  AlertSuppression,
  NewTermsParams,
  QueryParams,
  RuleParams,
  RuleSource,
  ThreatMatchParams,
} from '../rule.ts'
import { present } from './present.ts'
import { otherTypeMembers, readOther } from './other-params.ts'
import { readSuppression, suppressionToWire } from './suppression.ts'
import { readThreatMatch, threatMatchMembers, threatMatchToWire } from './threat-match.ts'
import type { WireReader } from './wire-reader.ts'

/** A rule type's wire name. */
export type RuleTypeName = RuleParams['type']

const sourceMembers = ['index', 'data_view_id', 'filters', 'alert_suppression']

/** Wire names of what rules of each type say beyond the envelope. */
export const typeMembers: { readonly [Type in RuleTypeName]: readonly string[] } = {
  query: ['query', 'language', 'saved_id', ...sourceMembers],
  new_terms: ['query', 'language', 'new_terms_fields', 'history_window_start', ...sourceMembers],
  threat_match: ['query', 'language', 'saved_id', ...threatMatchMembers, ...sourceMembers],
  ...otherTypeMembers,
}

/** Every rule type that can be read and written. */
export const ruleTypeNames = Object.keys(typeMembers) as readonly RuleTypeName[]

/** What is particular to a rule of `type`. */
export function readParams(reader: WireReader, type: RuleTypeName): RuleParams {
  if (type === 'query') return readQuery(reader)
  if (type === 'new_terms') return readNewTerms(reader)
  if (type === 'threat_match') return readThreat(reader)
  return readOther(reader, type)
}

function readQuery(reader: WireReader): QueryParams {
  return {
    type: 'query',
    query: reader.text('query') ?? '',
    language: readLanguage(reader),
    ...present({ savedId: reader.text('saved_id') }),
    ...readSource(reader),
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
  }
}

function readLanguage(reader: WireReader): 'kuery' | 'lucene' {
  return reader.choice('language', ['kuery', 'lucene']) ?? 'kuery'
}

function readSource(
  reader: WireReader,
): RuleSource & { readonly alertSuppression?: AlertSuppression } {
  return {
    filters: reader.jsons('filters') ?? [],
    ...present({
      index: reader.texts('index'),
      dataViewId: reader.text('data_view_id'),
      alertSuppression: readSuppression(reader),
    }),
  }
}

/** The wire form of {@link readParams}'s result, `type` included. */
export function paramsToWire(params: RuleParams): JsonObject {
  if (params.type === 'query') {
    const { type, query, language } = params
    return present({ type, language, query, saved_id: params.savedId, ...sourceToWire(params) })
  }
  if (params.type === 'new_terms') {
    const { type, query, language } = params
    return {
      type,
      language,
      query,
      new_terms_fields: params.newTermsFields,
      history_window_start: params.historyWindowStart,
      ...sourceToWire(params),
    }
  }
  if (params.type === 'threat_match') {
    const { type, query, language, savedId } = params
    const own = threatMatchToWire(params)
    return present({ type, language, query, saved_id: savedId, ...own, ...sourceToWire(params) })
  }
  return { ...params.wire, type: params.type }
}

function sourceToWire(
  params: RuleSource & { readonly alertSuppression?: AlertSuppression },
): JsonObject {
  return present({
    index: params.index,
    data_view_id: params.dataViewId,
    filters: params.filters,
    alert_suppression: suppressionToWire(params.alertSuppression),
  })
}
