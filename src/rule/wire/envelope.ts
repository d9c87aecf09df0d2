import type { JsonObject } from '#base'
import {
  severities,
  type ExceptionListRef,
  type RelatedIntegration,
  type RequiredField,
  type RiskScoreMapping,
  type RuleEnvelope,
  type SeverityMapping,
  type ThreatEntry,
  type ThreatName,
} from '../rule.ts'
import type { WireReader } from './wire-reader.ts'
import { present } from './present.ts'
import { extrasOf } from './unknown-members.ts'

/** Wire names of what every rule may say, in the order in which rules are written. */
export const envelopeMembers: readonly string[] = [
  'author',
  'description',
  'enabled',
  'false_positives',
  'from',
  'interval',
  'license',
  'max_signals',
  'name',
  'namespace',
  'note',
  'references',
  'risk_score',
  'rule_id',
  'rule_name_override',
  'setup',
  'severity',
  'tags',
  'timestamp_override',
  'timestamp_override_fallback_disabled',
  'timeline_id',
  'timeline_title',
  'to',
  'type',
  'version',
  'building_block_type',
  'throttle',
  'output_index',
  'actions',
  'response_actions',
  'exceptions_list',
  'investigation_fields',
  'meta',
  'related_integrations',
  'required_fields',
  'risk_score_mapping',
  'severity_mapping',
  'threat',
]

/** What a rule says about itself, with the defaults of the format; `ruleId` is given by the caller. */
export function readEnvelope(reader: WireReader): Omit<RuleEnvelope, 'ruleId' | 'unknown'> {
  for (const key of ['name', 'description', 'risk_score', 'severity']) reader.requires(key)
  return {
    name: reader.text('name', { filled: true }) ?? '',
    description: reader.text('description', { filled: true }) ?? '',
    severity: reader.choice('severity', severities) ?? 'low',
    riskScore: reader.integer('risk_score', { min: 0, max: 100 }) ?? 0,
    severityMapping: reader.objects('severity_mapping')?.map(severityMapping) ?? [],
    riskScoreMapping: reader.objects('risk_score_mapping')?.map(riskScoreMapping) ?? [],
    enabled: reader.flag('enabled') ?? false,
    interval: reader.text('interval', { filled: true }) ?? '5m',
    from: reader.text('from', { filled: true }) ?? 'now-6m',
    to: reader.text('to', { filled: true }) ?? 'now',
    maxAlerts: reader.integer('max_signals', { min: 1 }) ?? 100,
    version: reader.integer('version', { min: 1 }) ?? 1,
    tags: reader.texts('tags') ?? [],
    author: reader.texts('author') ?? [],
    references: reader.texts('references') ?? [],
    falsePositives: reader.texts('false_positives') ?? [],
    threat: reader.objects('threat')?.map(threatEntry) ?? [],
    exceptionsList: reader.objects('exceptions_list')?.map(exceptionListRef) ?? [],
    actions: reader.jsonObjects('actions') ?? [],
    relatedIntegrations: reader.objects('related_integrations')?.map(relatedIntegration) ?? [],
    requiredFields: reader.objects('required_fields')?.map(requiredField) ?? [],
    setup: reader.text('setup') ?? '',
    outputIndex: reader.text('output_index') ?? '',
    ...optionalMembers(reader),
  }
}

function optionalMembers(reader: WireReader): Partial<RuleEnvelope> {
  return present({
    responseActions: reader.jsonObjects('response_actions'),
    note: reader.text('note'),
    license: reader.text('license'),
    namespace: reader.text('namespace'),
    meta: reader.jsonObject('meta'),
    timelineId: reader.text('timeline_id'),
    timelineTitle: reader.text('timeline_title'),
    ruleNameOverride: reader.text('rule_name_override'),
    timestampOverride: reader.text('timestamp_override'),
    timestampOverrideFallbackDisabled: reader.flag('timestamp_override_fallback_disabled'),
    buildingBlockType: reader.choice('building_block_type', ['default']),
    investigationFields: investigationFields(reader),
    throttle: reader.text('throttle'),
  })
}

function investigationFields(reader: WireReader): { fieldNames: readonly string[] } | undefined {
  const fields = reader.object('investigation_fields')
  if (fields === undefined) return undefined
  fields.requires('field_names')
  const fieldNames = fields.texts('field_names', { min: 1 }) ?? []
  return { ...extrasOf(fields, ['field_names']), fieldNames }
}

function severityMapping(reader: WireReader): SeverityMapping {
  const known = ['field', 'operator', 'value', 'severity']
  for (const key of ['field', 'severity']) reader.requires(key)
  const mapping = {
    field: reader.text('field', { filled: true }) ?? '',
    operator: reader.choice('operator', ['equals']) ?? ('equals' as const),
    value: reader.text('value') ?? '',
    severity: reader.choice('severity', severities) ?? ('low' as const),
  }
  return { ...extrasOf(reader, known), ...mapping }
}

function riskScoreMapping(reader: WireReader): RiskScoreMapping {
  reader.requires('field')
  const mapping = {
    field: reader.text('field', { filled: true }) ?? '',
    operator: reader.choice('operator', ['equals']) ?? ('equals' as const),
    value: reader.text('value') ?? '',
    ...present({ riskScore: reader.integer('risk_score', { min: 0, max: 100 }) }),
  }
  return { ...extrasOf(reader, ['field', 'operator', 'value', 'risk_score']), ...mapping }
}

function threatEntry(reader: WireReader): ThreatEntry {
  for (const key of ['framework', 'tactic']) reader.requires(key)
  const tactic = reader.object('tactic')
  const entry = {
    framework: reader.text('framework', { filled: true }) ?? '',
    tactic: tactic === undefined ? { id: '', name: '', reference: '' } : threatName(tactic),
    technique: reader.objects('technique')?.map(technique) ?? [],
  }
  return { ...extrasOf(reader, ['framework', 'tactic', 'technique']), ...entry }
}

function technique(reader: WireReader): ThreatEntry['technique'][number] {
  const subtechnique = reader.objects('subtechnique')?.map((each) => threatName(each))
  return { ...threatName(reader, ['subtechnique']), ...present({ subtechnique }) }
}

function threatName(reader: WireReader, alsoKnown: readonly string[] = []): ThreatName {
  for (const key of ['id', 'name', 'reference']) reader.requires(key)
  const name = {
    id: reader.text('id', { filled: true }) ?? '',
    name: reader.text('name', { filled: true }) ?? '',
    reference: reader.text('reference') ?? '',
  }
  return { ...extrasOf(reader, ['id', 'name', 'reference', ...alsoKnown]), ...name }
}

function exceptionListRef(reader: WireReader): ExceptionListRef {
  for (const key of ['id', 'list_id', 'type']) reader.requires(key)
  const ref = {
    id: reader.text('id', { filled: true }) ?? '',
    listId: reader.text('list_id', { filled: true }) ?? '',
    type: reader.text('type', { filled: true }) ?? '',
    namespaceType: reader.choice('namespace_type', ['single', 'agnostic']) ?? ('single' as const),
  }
  return { ...extrasOf(reader, ['id', 'list_id', 'type', 'namespace_type']), ...ref }
}

function relatedIntegration(reader: WireReader): RelatedIntegration {
  for (const key of ['package', 'version']) reader.requires(key)
  const integration = {
    package: reader.text('package', { filled: true }) ?? '',
    version: reader.text('version', { filled: true }) ?? '',
    ...present({ integration: reader.text('integration') }),
  }
  return { ...extrasOf(reader, ['package', 'version', 'integration']), ...integration }
}

function requiredField(reader: WireReader): RequiredField {
  for (const key of ['name', 'type']) reader.requires(key)
  const field = {
    name: reader.text('name', { filled: true }) ?? '',
    type: reader.text('type', { filled: true }) ?? '',
    ...present({ ecs: reader.flag('ecs') }),
  }
  return { ...extrasOf(reader, ['name', 'type', 'ecs']), ...field }
}

/** The wire form of {@link readEnvelope}'s result, every member with its value. */
export function envelopeToWire(rule: RuleEnvelope): JsonObject {
  return present({
    author: rule.author,
    description: rule.description,
    enabled: rule.enabled,
    false_positives: rule.falsePositives,
    from: rule.from,
    interval: rule.interval,
    license: rule.license,
    max_signals: rule.maxAlerts,
    name: rule.name,
    namespace: rule.namespace,
    note: rule.note,
    references: rule.references,
    risk_score: rule.riskScore,
    rule_id: rule.ruleId,
    rule_name_override: rule.ruleNameOverride,
    setup: rule.setup,
    severity: rule.severity,
    tags: rule.tags,
    timestamp_override: rule.timestampOverride,
    timestamp_override_fallback_disabled: rule.timestampOverrideFallbackDisabled,
    timeline_id: rule.timelineId,
    timeline_title: rule.timelineTitle,
    to: rule.to,
    version: rule.version,
    building_block_type: rule.buildingBlockType,
    throttle: rule.throttle,
    output_index: rule.outputIndex,
    actions: rule.actions,
    response_actions: rule.responseActions,
    exceptions_list: rule.exceptionsList.map(({ listId, namespaceType, ...ref }) => ({
      ...ref,
      list_id: listId,
      namespace_type: namespaceType,
    })),
    investigation_fields: investigationFieldsToWire(rule.investigationFields),
    meta: rule.meta,
    related_integrations: rule.relatedIntegrations.map((each) => present(each)),
    required_fields: rule.requiredFields.map((each) => present(each)),
    risk_score_mapping: rule.riskScoreMapping.map(({ riskScore, ...mapping }) => ({
      ...mapping,
      ...present({ risk_score: riskScore }),
    })),
    severity_mapping: rule.severityMapping.map((each) => ({ ...each })),
    threat: rule.threat.map(threatToWire),
  })
}

function investigationFieldsToWire(
  fields: RuleEnvelope['investigationFields'],
): JsonObject | undefined {
  if (fields === undefined) return undefined
  const { fieldNames, ...extras } = fields
  return { ...extras, field_names: fieldNames }
}

function threatToWire({
  framework,
  tactic,
  technique: techniques,
  ...extras
}: ThreatEntry): JsonObject {
  return {
    ...extras,
    framework,
    tactic: { ...tactic },
    technique: techniques.map(({ subtechnique, ...name }) => ({
      ...name,
      ...present({ subtechnique: subtechnique?.map((each) => ({ ...each })) }),
    })),
  }
}
