import fc from 'fast-check'
import type { JsonObject, JsonValue } from '#base'
import type { Rule, RuleParams, ThreatName } from './rule.ts'

const text = fc.string({ maxLength: 12 })
const filled = text.map((each) => `x${each}`)
const texts = fc.array(text, { maxLength: 3 })

/** JSON without nulls, with keys that no rule has. */
export const arbitraryJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 6 }), tie('value'), { maxKeys: 3 }),
  ),
})).value

/** A JSON object whose keys no rule knows. */
export const arbitraryUnknown: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.string({ maxLength: 6 }), arbitraryJson, { maxKeys: 3 })
  .map((object) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [`zz-${key}`, value])),
  )

const threatName: fc.Arbitrary<ThreatName> = fc.record({
  id: filled,
  name: filled,
  reference: text,
})

const wholeSeconds = fc.integer({ min: 1, max: 100_000 }).map((seconds) => seconds * 1_000)

const source = {
  index: texts,
  dataViewId: text,
  alertSuppression: fc.record(
    {
      groupBy: fc.array(text, { minLength: 1, maxLength: 3 }),
      durationMs: wholeSeconds,
      missingFieldsStrategy: fc.constantFrom('suppress' as const, 'doNotSuppress' as const),
    },
    { requiredKeys: ['groupBy', 'missingFieldsStrategy'] },
  ),
}

const counted = {
  value: fc.integer({ min: 1 }),
  cardinality: fc.array(fc.record({ field: filled, value: fc.nat() }), { maxLength: 2 }),
}

const requiredKeys: ('field' | 'value')[] = ['field', 'value']

const params: fc.Arbitrary<RuleParams> = fc.oneof(
  fc.record(
    {
      type: fc.constant('query' as const),
      language: fc.constantFrom('kuery' as const, 'lucene' as const),
      query: text,
      filters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      savedId: text,
      ...source,
    },
    { requiredKeys: ['type', 'language', 'query', 'filters'] },
  ),
  fc.record(
    {
      type: fc.constant('new_terms' as const),
      language: fc.constantFrom('kuery' as const, 'lucene' as const),
      query: text,
      filters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      newTermsFields: fc.array(filled, { minLength: 1, maxLength: 3 }),
      historyWindowStart: filled,
      ...source,
    },
    {
      requiredKeys: [
        'type',
        'language',
        'query',
        'filters',
        'newTermsFields',
        'historyWindowStart',
      ],
    },
  ),
  fc.record(
    {
      type: fc.constant('threat_match' as const),
      language: fc.constantFrom('kuery' as const, 'lucene' as const),
      query: text,
      filters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      threatQuery: text,
      threatLanguage: fc.constantFrom('kuery' as const, 'lucene' as const),
      threatFilters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      threatIndex: fc.array(text, { minLength: 1, maxLength: 2 }),
      threatMapping: fc.array(
        fc.record({
          entries: fc.array(
            fc.record(
              {
                field: filled,
                type: fc.constant('mapping' as const),
                value: filled,
                negate: fc.boolean(),
              },
              { requiredKeys: ['field', 'type', 'value'] },
            ),
            { minLength: 1, maxLength: 3 },
          ),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      threatIndicatorPath: filled,
      concurrentSearches: fc.integer({ min: 1 }),
      itemsPerSearch: fc.integer({ min: 1 }),
      savedId: text,
      ...source,
    },
    {
      requiredKeys: [
        'type',
        'language',
        'query',
        'filters',
        'threatQuery',
        'threatIndex',
        'threatMapping',
        'threatIndicatorPath',
      ],
    },
  ),
  fc.record(
    {
      type: fc.constant('saved_query' as const),
      language: fc.constantFrom('kuery' as const, 'lucene' as const),
      savedId: text,
      query: text,
      filters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      ...source,
    },
    { requiredKeys: ['type', 'language', 'savedId', 'filters'] },
  ),
  fc.record(
    {
      type: fc.constant('threshold' as const),
      language: fc.constantFrom('kuery' as const, 'lucene' as const),
      query: text,
      savedId: text,
      filters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      threshold: fc.oneof(
        fc.record({ field: fc.array(text, { maxLength: 5 }), ...counted }, { requiredKeys }),
        fc.record(
          {
            field: fc.array(filled, { maxLength: 1 }),
            fieldAsText: fc.constant(true as const),
            ...counted,
          },
          { requiredKeys: [...requiredKeys, 'fieldAsText'] },
        ),
      ),
      index: texts,
      dataViewId: text,
      alertSuppression: fc.record({ durationMs: wholeSeconds }),
    },
    { requiredKeys: ['type', 'language', 'query', 'filters', 'threshold'] },
  ),
  fc.record(
    {
      type: fc.constant('eql' as const),
      language: fc.constant('eql' as const),
      query: text,
      filters: fc.array(arbitraryUnknown, { maxLength: 2 }),
      eventCategoryOverride: text,
      timestampField: text,
      tiebreakerField: text,
      ...source,
    },
    { requiredKeys: ['type', 'language', 'query', 'filters'] },
  ),
  fc.record(
    {
      type: fc.constant('esql' as const),
      language: fc.constant('esql' as const),
      query: text,
      alertSuppression: source.alertSuppression,
    },
    { requiredKeys: ['type', 'language', 'query'] },
  ),
  fc.record({
    type: fc.constant('machine_learning' as const),
    wire: fc.record({ machine_learning_job_id: text, anomaly_threshold: fc.nat({ max: 100 }) }),
  }),
)

/** Any rule that the formats can hold. */
export const arbitraryRule: fc.Arbitrary<Rule> = fc.record(
  {
    ruleId: filled,
    name: filled,
    description: filled,
    severity: fc.constantFrom('low' as const, 'medium' as const, 'critical' as const),
    riskScore: fc.integer({ min: 0, max: 100 }),
    severityMapping: fc.array(
      fc.record({
        field: filled,
        operator: fc.constant('equals' as const),
        value: text,
        severity: fc.constant('high' as const),
      }),
      { maxLength: 2 },
    ),
    riskScoreMapping: fc.array(
      fc.record(
        {
          field: filled,
          operator: fc.constant('equals' as const),
          value: text,
          riskScore: fc.integer({ min: 0, max: 100 }),
        },
        { requiredKeys: ['field', 'operator', 'value'] },
      ),
      { maxLength: 2 },
    ),
    enabled: fc.boolean(),
    interval: filled,
    from: filled,
    to: filled,
    maxAlerts: fc.integer({ min: 1 }),
    version: fc.integer({ min: 1 }),
    tags: texts,
    author: texts,
    references: texts,
    falsePositives: texts,
    threat: fc.array(
      fc.record({
        framework: filled,
        tactic: threatName,
        technique: fc.array(
          fc.oneof(
            threatName,
            fc
              .tuple(threatName, fc.array(threatName, { maxLength: 2 }))
              .map(([name, subtechnique]) => ({ ...name, subtechnique })),
          ),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 2 },
    ),
    exceptionsList: fc.array(
      fc.record({
        id: filled,
        listId: filled,
        type: filled,
        namespaceType: fc.constantFrom('single' as const, 'agnostic' as const),
      }),
      { maxLength: 2 },
    ),
    actions: fc.array(arbitraryUnknown, { maxLength: 2 }),
    responseActions: fc.array(arbitraryUnknown, { maxLength: 2 }),
    relatedIntegrations: fc.array(
      fc.record(
        { package: filled, version: filled, integration: text },
        { requiredKeys: ['package', 'version'] },
      ),
      { maxLength: 2 },
    ),
    requiredFields: fc.array(
      fc.record(
        { name: filled, type: filled, ecs: fc.boolean() },
        { requiredKeys: ['name', 'type'] },
      ),
      { maxLength: 2 },
    ),
    setup: text,
    note: text,
    license: text,
    namespace: text,
    meta: arbitraryUnknown,
    timelineId: text,
    timelineTitle: text,
    ruleNameOverride: text,
    timestampOverride: text,
    timestampOverrideFallbackDisabled: fc.boolean(),
    buildingBlockType: fc.constant('default' as const),
    investigationFields: fc.record({ fieldNames: fc.array(text, { minLength: 1, maxLength: 3 }) }),
    throttle: text,
    outputIndex: text,
    unknown: arbitraryUnknown,
    params,
  },
  {
    requiredKeys: [
      'ruleId',
      'name',
      'description',
      'severity',
      'riskScore',
      'severityMapping',
      'riskScoreMapping',
      'enabled',
      'interval',
      'from',
      'to',
      'maxAlerts',
      'version',
      'tags',
      'author',
      'references',
      'falsePositives',
      'threat',
      'exceptionsList',
      'actions',
      'relatedIntegrations',
      'requiredFields',
      'setup',
      'outputIndex',
      'unknown',
      'params',
    ],
  },
)
