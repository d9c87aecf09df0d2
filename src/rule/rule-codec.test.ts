import { expect, test } from 'vitest'
import {
  installedRuleFromWire,
  installedRuleToWire,
  ruleFromWire,
  ruleToWire,
} from './rule-codec.ts'

const least = {
  rule_id: 'r-1',
  name: 'A shell',
  description: 'Somebody started a shell.',
  severity: 'low',
  risk_score: 21,
  type: 'query',
}

test('a rule that says the least has the defaults of the format', () => {
  expect(ruleFromWire(least)).toEqual({
    diagnostics: [],
    rule: {
      ruleId: 'r-1',
      name: 'A shell',
      description: 'Somebody started a shell.',
      severity: 'low',
      riskScore: 21,
      severityMapping: [],
      riskScoreMapping: [],
      enabled: false,
      interval: '5m',
      from: 'now-6m',
      to: 'now',
      maxAlerts: 100,
      version: 1,
      tags: [],
      author: [],
      references: [],
      falsePositives: [],
      threat: [],
      exceptionsList: [],
      actions: [],
      relatedIntegrations: [],
      requiredFields: [],
      setup: '',
      outputIndex: '',
      params: { type: 'query', language: 'kuery', query: '', filters: [] },
      unknown: {},
    },
  })
})

test('everything that is wrong is told at once, by the member, with what was found and what would be right', () => {
  const wire = {
    ...least,
    name: ' ',
    severity: 'hihg',
    risk_score: 101,
    tags: ['a', 7],
    max_signals: 0,
    interval: 5,
    alert_suppression: { group_by: [], duration: { value: 1, unit: 'd' } },
  }
  const { rule, diagnostics } = ruleFromWire(wire)
  expect(rule).toBeUndefined()
  expect(diagnostics.map(({ code, origin, message }) => [code, origin, message])).toEqual([
    ['rule.empty', 'name', 'name is " "; it must be a text of at least one character'],
    [
      'rule.not-a-choice',
      'severity',
      'severity is "hihg"; it must be low, medium, high or critical',
    ],
    [
      'rule.out-of-range',
      'risk_score',
      'risk_score is 101; it must be a whole number from 0 to 100',
    ],
    ['rule.wrong-type', 'interval', 'interval is 5; it must be a text'],
    ['rule.out-of-range', 'max_signals', 'max_signals is 0; it must be a whole number, 1 or more'],
    ['rule.wrong-type', 'tags[1]', 'tags[1] is 7; it must be a text'],
    [
      'rule.wrong-count',
      'alert_suppression.group_by',
      'alert_suppression.group_by is an empty list; it must be a list of 1 to 3 texts',
    ],
    [
      'rule.not-a-choice',
      'alert_suppression.duration.unit',
      'alert_suppression.duration.unit is "d"; it must be s, m or h',
    ],
  ])
  expect(diagnostics[1]?.help).toBe('did you mean high?')
})

test('a member that is missing is named, with the written one that looks like it', () => {
  const { description, ...rest } = least
  const { rule, diagnostics } = ruleFromWire({ ...rest, desciption: description })
  expect(rule).toBeUndefined()
  expect(diagnostics[0]).toMatchObject({
    code: 'rule.member-missing',
    origin: 'description',
    help: 'is [desciption] a misspelling of [description]?',
  })
})

test('a rule type that nobody knows is an error with the nearest known one', () => {
  const { rule, diagnostics } = ruleFromWire({ ...least, type: 'new_term' })
  expect(rule).toBeUndefined()
  expect(diagnostics).toEqual([
    expect.objectContaining({ code: 'rule.unknown-type', help: 'did you mean new_terms?' }),
  ])
})

test('members that nobody knows are kept and told, at every depth', () => {
  const wire = {
    ...least,
    tag: ['x'],
    threat: [{ framework: 'F', tactic: { id: 'T', name: 'N', reference: 'R', since: 3 } }],
  }
  const { rule, diagnostics } = ruleFromWire(wire)
  expect(rule?.unknown).toEqual({ tag: ['x'] })
  expect(diagnostics.map(({ code, origin, patch }) => [code, origin, patch])).toEqual([
    ['rule.unknown-member', 'threat[0].tactic.since', undefined],
    ['rule.unknown-member', 'tag', 'tags'],
  ])
  expect(rule && ruleToWire(rule)).toMatchObject({
    tag: ['x'],
    threat: [{ tactic: { id: 'T', name: 'N', reference: 'R', since: 3 } }],
  })
})

test('a member of another rule type is kept, with a warning that says whose it is', () => {
  const { rule, diagnostics } = ruleFromWire({ ...least, anomaly_threshold: 50 })
  expect(rule?.unknown).toEqual({ anomaly_threshold: 50 })
  expect(diagnostics).toEqual([
    expect.objectContaining({ code: 'rule.member-of-another-type', severity: 'warning' }),
  ])
})

test('what an installation adds to a rule is kept without a word', () => {
  const { rule, diagnostics } = ruleFromWire({ ...least, id: 'u', revision: 2, immutable: false })
  expect(diagnostics).toEqual([])
  expect(rule?.unknown).toEqual({ id: 'u', revision: 2, immutable: false })
})

test('a rule without an id gets the same one each time, with a warning', () => {
  const { rule_id: _id, ...unnamed } = least
  const first = ruleFromWire(unnamed)
  expect(ruleFromWire({ ...unnamed, risk_score: 5 }).rule?.ruleId).toBe(first.rule?.ruleId)
  expect(first.diagnostics).toEqual([expect.objectContaining({ code: 'rule.no-rule-id' })])
  expect(ruleFromWire(unnamed, { defaultRuleId: 'given' })).toMatchObject({
    rule: { ruleId: 'given' },
    diagnostics: [],
  })
})

test('an eql rule says how its events are ordered and where their category stands', () => {
  const params = {
    query: 'any where true',
    language: 'eql',
    event_category_override: 'event.type',
    timestamp_field: 'event.ingested',
    tiebreaker_field: 'event.sequence',
    alert_suppression: { group_by: ['host.id'], duration: { value: 60, unit: 'm' } },
  }
  const { rule, diagnostics } = ruleFromWire({ ...least, type: 'eql', ...params })
  expect(diagnostics).toEqual([])
  expect(rule?.params).toMatchObject({
    type: 'eql',
    eventCategoryOverride: 'event.type',
    timestampField: 'event.ingested',
    tiebreakerField: 'event.sequence',
    alertSuppression: { groupBy: ['host.id'] },
  })
  expect(rule && ruleToWire(rule)).toMatchObject({ type: 'eql', ...params })
})

test('rules of types that do not run are checked and kept as written', () => {
  const params = {
    machine_learning_job_id: 'rare_process',
    anomaly_threshold: 50,
    alert_suppression: { group_by: ['host.id'], duration: { value: 60, unit: 'm' } },
  }
  const { rule, diagnostics } = ruleFromWire({ ...least, type: 'machine_learning', ...params })
  expect(diagnostics).toEqual([])
  expect(rule?.params).toEqual({ type: 'machine_learning', wire: params })
  expect(rule && ruleToWire(rule)).toMatchObject({ type: 'machine_learning', ...params })

  const broken = { ...least, type: 'threshold', query: '*', threshold: { field: 7, value: 0 } }
  expect(ruleFromWire(broken).diagnostics.map(({ code, origin }) => [code, origin])).toEqual([
    ['rule.wrong-type', 'threshold.field'],
    ['rule.out-of-range', 'threshold.value'],
  ])
})

test('a span of suppression is written back as it was written', () => {
  const suppression = (value: number, unit: string) => ({
    group_by: ['host.id'],
    duration: { value, unit },
    missing_fields_strategy: 'suppress',
  })
  for (const written of [suppression(60, 'm'), suppression(90, 's'), suppression(1, 'h')]) {
    const { rule } = ruleFromWire({ ...least, alert_suppression: written })
    expect(rule && ruleToWire(rule)['alert_suppression']).toEqual(written)
  }
})

test.each([
  ['a list', [least]],
  ['a text', 'rule'],
  ['nothing', null],
])('%s is no rule, and that is said', (_name, wire) => {
  expect(ruleFromWire(wire).diagnostics).toEqual([
    expect.objectContaining({ code: 'rule.not-an-object' }),
  ])
})

test('null counts as not written', () => {
  const { rule, diagnostics } = ruleFromWire({ ...least, note: null, throttle: null })
  expect(diagnostics).toEqual([])
  expect(rule).not.toHaveProperty('note')
  expect(ruleFromWire({ ...least, severity: null }).diagnostics[0]?.code).toBe(
    'rule.member-missing',
  )
})

test('an installed rule is stored whole, the tables of its file included', () => {
  const { rule } = ruleFromWire(least)
  if (rule === undefined) throw new Error('the least rule must be readable')
  const installed = {
    uuid: 'u-1',
    rule: { ...rule, sections: { metadata: { maturity: 'production' } } },
    revision: 3,
    immutable: true,
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'a',
    updatedAt: '2026-01-02T00:00:00.000Z',
    updatedBy: 'b',
  }
  expect(installedRuleFromWire(installedRuleToWire(installed))).toEqual(installed)
  expect(installedRuleFromWire({ ...least })).toBeUndefined()
})
