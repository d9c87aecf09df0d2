import type { JsonObject, JsonValue } from '#base'

/** Identity of a rule in this installation; enters alert ids. Given once, never by the author. */
export type RuleUuid = string

/** How bad a match is, in the author's eyes. */
export type RuleSeverity = 'low' | 'medium' | 'high' | 'critical'

/** Severities from mildest to worst. */
export const severities: readonly RuleSeverity[] = ['low', 'medium', 'high', 'critical']

/** What every rule says, whatever its type; wire names in the comments where they differ. */
export interface RuleEnvelope {
  /** `rule_id`: the author's stable id. */
  readonly ruleId: string
  readonly name: string
  readonly description: string
  readonly severity: RuleSeverity
  /** 0 to 100. */
  readonly riskScore: number
  readonly severityMapping: readonly SeverityMapping[]
  readonly riskScoreMapping: readonly RiskScoreMapping[]
  readonly enabled: boolean
  /** Duration text, `5m`. */
  readonly interval: string
  /** Date math relative to an execution's start. */
  readonly from: string
  readonly to: string
  /** `max_signals`: alerts that one execution may create. */
  readonly maxAlerts: number
  readonly version: number
  readonly tags: readonly string[]
  readonly author: readonly string[]
  readonly references: readonly string[]
  readonly falsePositives: readonly string[]
  /** ATT&CK, as written. */
  readonly threat: readonly ThreatEntry[]
  readonly exceptionsList: readonly ExceptionListRef[]
  readonly actions: readonly JsonObject[]
  readonly responseActions?: readonly JsonObject[]
  readonly relatedIntegrations: readonly RelatedIntegration[]
  readonly requiredFields: readonly RequiredField[]
  readonly setup: string
  readonly note?: string
  readonly license?: string
  readonly namespace?: string
  readonly meta?: JsonObject
  readonly timelineId?: string
  readonly timelineTitle?: string
  readonly ruleNameOverride?: string
  readonly timestampOverride?: string
  readonly timestampOverrideFallbackDisabled?: boolean
  readonly buildingBlockType?: 'default'
  readonly investigationFields?: { readonly fieldNames: readonly string[] }
  readonly throttle?: string
  readonly outputIndex: string
  /** Top-level members that this version does not know, kept as they came so that nothing is lost on export. */
  readonly unknown: JsonObject
}

/** `severity_mapping` entry: this severity when some value of the field equals the value. */
export interface SeverityMapping {
  readonly field: string
  readonly operator: 'equals'
  readonly value: string
  readonly severity: RuleSeverity
}

/** `risk_score_mapping` entry: the score is the field's value. */
export interface RiskScoreMapping {
  readonly field: string
  readonly operator: 'equals'
  readonly value: string
  readonly riskScore?: number
}

/** Tactic and techniques of one framework entry. */
export interface ThreatEntry {
  readonly framework: string
  readonly tactic: ThreatName
  readonly technique: readonly (ThreatName & { readonly subtechnique?: readonly ThreatName[] })[]
}

/** An id, name and link of ATT&CK. */
export interface ThreatName {
  readonly id: string
  readonly name: string
  readonly reference: string
}

/** Reference to an exception list. */
export interface ExceptionListRef {
  readonly id: string
  readonly listId: string
  readonly type: string
  readonly namespaceType: 'single' | 'agnostic'
}

/** An integration whose data the rule reads. */
export interface RelatedIntegration {
  readonly package: string
  readonly version: string
  readonly integration?: string
}

/** A field that the rule reads; informational. */
export interface RequiredField {
  readonly name: string
  readonly type: string
  readonly ecs?: boolean
}

/** Where a rule reads: index patterns, else a data view, else the installation's default patterns. */
export interface RuleSource {
  readonly index?: readonly string[]
  readonly dataViewId?: string
  /** Kibana filter objects, as written. */
  readonly filters: readonly JsonValue[]
}

/** A span as `alert_suppression` has it. */
export interface SuppressionDuration {
  readonly value: number
  readonly unit: 's' | 'm' | 'h'
}

/** `alert_suppression`. */
export interface AlertSuppression {
  readonly groupBy: readonly string[]
  readonly durationMs?: number
  /** The duration as written, where we would write the same span otherwise (60 minutes for an hour). */
  readonly durationWritten?: SuppressionDuration
  readonly missingFieldsStrategy: 'suppress' | 'doNotSuppress'
}

/** Type `query`. */
export interface QueryParams extends RuleSource {
  readonly type: 'query'
  readonly language: 'kuery' | 'lucene'
  readonly query: string
  readonly savedId?: string
  readonly alertSuppression?: AlertSuppression
}

/** Type `new_terms`. */
export interface NewTermsParams extends RuleSource {
  readonly type: 'new_terms'
  readonly language: 'kuery' | 'lucene'
  readonly query: string
  /** One to three field names; their order is the order of an alert's new terms. */
  readonly newTermsFields: readonly string[]
  /** Date math relative to the end of a window, or a date. */
  readonly historyWindowStart: string
  readonly alertSuppression?: AlertSuppression
}

/** Type `saved_query`: what to look for is looked up at each execution. */
export interface SavedQueryParams extends RuleSource {
  readonly type: 'saved_query'
  readonly language: 'kuery' | 'lucene'
  /** The saved query that the rule runs. */
  readonly savedId: string
  /** What runs, together with the rule's filters, while there is no saved query of that id. */
  readonly query?: string
  readonly alertSuppression?: AlertSuppression
}

/** What a threshold rule counts, and how much of it is too much. */
export interface Threshold {
  /** Events are counted by the values of these fields together; none: all events are one group. */
  readonly field: readonly string[]
  /** Said as one text, not as a list. */
  readonly fieldAsText?: true
  /** So many events of a group make an alert. */
  readonly value: number
  /** So many distinct values of a field too, where it is said; only the first counts. */
  readonly cardinality?: readonly { readonly field: string; readonly value: number }[]
}

/** `alert_suppression` of a threshold rule: its groups are those that it counts. */
export interface ThresholdSuppression {
  readonly durationMs: number
  /** The duration as written, where we would write the same span otherwise. */
  readonly durationWritten?: SuppressionDuration
}

/** Type `threshold`. */
export interface ThresholdParams extends RuleSource {
  readonly type: 'threshold'
  readonly language: 'kuery' | 'lucene'
  readonly query: string
  readonly savedId?: string
  readonly threshold: Threshold
  readonly alertSuppression?: ThresholdSuppression
}

/** One comparison of a mapping: some value of the event's field equals one of the indicator's, or none does. */
export interface ThreatMappingEntry {
  /** Of the event. */
  readonly field: string
  readonly type: 'mapping'
  /** The indicator's field. */
  readonly value: string
  readonly negate?: boolean
}

/** Comparisons that one indicator must satisfy together. */
export interface ThreatMappingGroup {
  readonly entries: readonly ThreatMappingEntry[]
}

/** Type `threat_match`. */
export interface ThreatMatchParams extends RuleSource {
  readonly type: 'threat_match'
  readonly language: 'kuery' | 'lucene'
  readonly query: string
  readonly savedId?: string
  /** Which documents are indicators; its own relative times are all that limits their age. */
  readonly threatQuery: string
  /** Kuery where it is not written. */
  readonly threatLanguage?: 'kuery' | 'lucene'
  /** Kibana filter objects, as written. */
  readonly threatFilters?: readonly JsonValue[]
  /** Index patterns of indicators. */
  readonly threatIndex: readonly string[]
  /** Any of these groups makes a match. */
  readonly threatMapping: readonly ThreatMappingGroup[]
  /** The object of an indicator document that alerts tell. */
  readonly threatIndicatorPath: string
  /** How another engine is to split its searches; kept, and of no effect here. */
  readonly concurrentSearches?: number
  readonly itemsPerSearch?: number
  readonly alertSuppression?: AlertSuppression
}

/** Type `eql`: events, series of events in order, or groups of them. */
export interface EqlParams extends RuleSource {
  readonly type: 'eql'
  readonly language: 'eql'
  readonly query: string
  /** The field whose values a query's categories are compared with. Default: `event.category`. */
  readonly eventCategoryOverride?: string
  /** Orders events; default: the time at which the rule sees them. */
  readonly timestampField?: string
  /** Orders events of one time, ascending. */
  readonly tiebreakerField?: string
  readonly alertSuppression?: AlertSuppression
}

/** Type `esql`: the rows of the answer to a query, which names the indices that it reads. */
export interface EsqlParams {
  readonly type: 'esql'
  readonly language: 'esql'
  readonly query: string
  readonly alertSuppression?: AlertSuppression
}

/** A rule of a type that this version reads and writes losslessly but does not run. */
export interface OtherParams {
  readonly type: 'machine_learning'
  /** The type's own members, by wire name, as written. */
  readonly wire: JsonObject
}

/** What is particular to a rule's type. */
export type RuleParams =
  | QueryParams
  | SavedQueryParams
  | ThresholdParams
  | NewTermsParams
  | ThreatMatchParams
  | EqlParams
  | EsqlParams
  | OtherParams

/** A rule on paper. */
export interface Rule extends RuleEnvelope {
  readonly params: RuleParams
  /** Tables of the rule's file that stand beside the rule itself (`metadata`, `transform`), kept for writing it back. */
  readonly sections?: JsonObject
}

/** A rule as this installation holds it. */
export interface InstalledRule {
  readonly uuid: RuleUuid
  readonly rule: Rule
  /** Rises with every change of the rule's text; starts at 0. */
  readonly revision: number
  /** Came with the product and follows its updates. */
  readonly immutable: boolean
  /** ISO 8601. */
  readonly createdAt: string
  readonly createdBy: string
  readonly updatedAt: string
  readonly updatedBy: string
}
