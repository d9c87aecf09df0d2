import type { JsonObject, JsonValue } from '#base'
import { ruleToWire, type InstalledRule, type RuleParams } from '#rule'

/** The rule as it was when it made an alert: `kibana.alert.rule.*`, dotted, without name and execution. */
export function ruleSnapshot(installed: InstalledRule, indices: readonly string[]): JsonObject {
  const wire = ruleToWire(installed.rule)
  const snapshot: { [key: string]: JsonValue } = {}
  for (const key of copiedMembers) {
    const value = wire[key]
    if (value !== undefined) snapshot[`kibana.alert.rule.${key}`] = value
  }
  return {
    ...snapshot,
    'kibana.alert.rule.uuid': installed.uuid,
    'kibana.alert.rule.category': typeFacts[installed.rule.params.type].category,
    'kibana.alert.rule.rule_type_id': typeFacts[installed.rule.params.type].id,
    'kibana.alert.rule.producer': 'siem',
    'kibana.alert.rule.consumer': 'siem',
    'kibana.alert.rule.revision': installed.revision,
    'kibana.alert.rule.immutable': installed.immutable,
    'kibana.alert.rule.created_at': installed.createdAt,
    'kibana.alert.rule.created_by': installed.createdBy,
    'kibana.alert.rule.updated_at': installed.updatedAt,
    'kibana.alert.rule.updated_by': installed.updatedBy,
    'kibana.alert.rule.indices': indices,
    'kibana.alert.rule.parameters': { ...parametersOf(wire), immutable: installed.immutable },
  }
}

const copiedMembers = [
  'rule_id',
  'type',
  'version',
  'interval',
  'from',
  'to',
  'max_signals',
  'enabled',
  'tags',
  'author',
  'license',
  'description',
  'note',
  'references',
  'false_positives',
  'threat',
  'severity',
  'severity_mapping',
  'risk_score',
  'risk_score_mapping',
  'exceptions_list',
  'actions',
  'throttle',
  'timeline_id',
  'timeline_title',
  'timestamp_override',
  'rule_name_override',
  'namespace',
  'meta',
  'building_block_type',
] as const

/** Members of a rule that say how it is kept and told, not what it looks for. */
const notParameters = new Set(['name', 'tags', 'enabled', 'interval', 'actions', 'throttle'])

function parametersOf(wire: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(wire).filter(([key]) => !notParameters.has(key)))
}

const typeFacts: {
  readonly [type in RuleParams['type']]: { readonly category: string; readonly id: string }
} = {
  query: { category: 'Custom Query Rule', id: 'siem.queryRule' },
  saved_query: { category: 'Saved Query Rule', id: 'siem.savedQueryRule' },
  new_terms: { category: 'New Terms Rule', id: 'siem.newTermsRule' },
  threshold: { category: 'Threshold Rule', id: 'siem.thresholdRule' },
  eql: { category: 'Event Correlation Rule', id: 'siem.eqlRule' },
  esql: { category: 'ES|QL Rule', id: 'siem.esqlRule' },
  threat_match: { category: 'Indicator Match Rule', id: 'siem.indicatorRule' },
  machine_learning: { category: 'Machine Learning Rule', id: 'siem.mlRule' },
}
