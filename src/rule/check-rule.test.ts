import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings } from '#event'
import { checkRule } from './check-rule.ts'
import { ruleFromWire } from './rule-codec.ts'
import type { JsonObject } from '#base'

const nowMs = Date.UTC(2026, 2, 2, 12)

const fields = withMappings(emptyCatalogue(), {
  'process.name': 'keyword',
  message: 'match_only_text',
})

/** Codes and members of what is said of a rule. */
function said(members: JsonObject): readonly (readonly [string, string, string | undefined])[] {
  const { rule } = ruleFromWire({
    rule_id: 'r',
    name: 'A rule',
    description: 'Says what it does.',
    severity: 'low',
    risk_score: 21,
    type: 'query',
    query: 'process.name:a',
    from: 'now-9m',
    ...members,
  })
  if (rule === undefined) throw new Error('the rule must be readable')
  return checkRule(rule, { nowMs, fields }).map(({ code, severity, origin }) => [
    code,
    severity,
    origin,
  ])
}

const newTerms = {
  type: 'new_terms',
  new_terms_fields: ['process.name'],
  history_window_start: 'now-14d',
}

function threshold(members: JsonObject): JsonObject {
  return { type: 'threshold', threshold: members }
}

test('a right rule gives nothing to say', () => {
  expect(said({})).toEqual([])
  expect(said(newTerms)).toEqual([])
  expect(said(threshold({ field: ['process.name'], value: 2 }))).toEqual([])
  expect(said({ type: 'saved_query', saved_id: 's' })).toEqual([])
})

test.each([
  [{ interval: '5 minutes' }, ['rule.not-a-time', 'error', 'interval']],
  [{ from: 'now-9' }, ['rule.not-a-time', 'error', 'from']],
  [{ from: 'now' }, ['rule.empty-window', 'error', 'from']],
  [{ interval: '1h' }, ['rule.look-back-too-short', 'warning', 'from']],
  [{ timeline_id: 't' }, ['rule.half-a-pair', 'warning', 'timeline_id']],
  [{ query: 'process.name:(a or' }, ['kuery.unclosed-parenthesis', 'error', 'query']],
  [
    { language: 'lucene', query: 'process.name:(a OR' },
    ['lucene.missing-condition', 'error', 'query'],
  ],
  [
    { ...newTerms, history_window_start: 'last week' },
    ['rule.not-a-time', 'error', 'history_window_start'],
  ],
  [
    { ...newTerms, history_window_start: 'now-9m' },
    ['rule.history-after-from', 'error', 'history_window_start'],
  ],
  [
    { ...newTerms, new_terms_fields: ['process.nane'] },
    ['rule.no-such-field', 'warning', 'new_terms_fields[0]'],
  ],
  [
    { ...newTerms, new_terms_fields: ['message'] },
    ['rule.field-without-terms', 'error', 'new_terms_fields[0]'],
  ],
  [
    { ...newTerms, new_terms_fields: ['process.name', 'process.name'] },
    ['rule.repeated-field', 'warning', 'new_terms_fields[1]'],
  ],
  [{ type: 'saved_query', saved_id: 's', query: 'a:(' }, ['kuery.missing-value', 'error', 'query']],
  [
    threshold({ field: ['message'], value: 2 }),
    ['rule.field-without-terms', 'error', 'threshold.field[0]'],
  ],
  [
    threshold({ field: 'process.nane', value: 2 }),
    ['rule.no-such-field', 'warning', 'threshold.field'],
  ],
  [
    threshold({ field: ['a', 'b', 'c', 'd', 'e', 'f'], value: 2 }),
    ['rule.wrong-count', 'error', 'threshold.field'],
  ],
  [
    threshold({
      field: ['process.name'],
      value: 2,
      cardinality: [{ field: 'process.name', value: 2 }],
    }),
    ['rule.counted-by-its-group', 'error', 'threshold.cardinality[0].field'],
  ],
  [
    threshold({
      field: [],
      value: 2,
      cardinality: [
        { field: 'process.name', value: 2 },
        { field: 'process.name', value: 3 },
      ],
    }),
    ['rule.cardinality-unused', 'warning', 'threshold.cardinality[1]'],
  ],
  [
    { type: 'machine_learning', machine_learning_job_id: 'rare_process', anomaly_threshold: 50 },
    ['rule.type-does-not-run', 'warning', 'type'],
  ],
  [
    { type: 'esql', language: 'esql', query: 'from logs-* | where' },
    ['esql.unexpected', 'error', 'query'],
  ],
  [
    {
      type: 'eql',
      language: 'eql',
      query: 'sequence by host.id with maxspan=5m [any where true] [any where true]',
      from: 'now-9m',
      interval: '5m',
    },
    ['rule.maxspan-beyond-look-back', 'warning', 'from'],
  ],
  [
    { type: 'eql', language: 'eql', query: 'any where process.name = "a"' },
    ['eql.single-equals', 'error', 'query'],
  ],
  [
    { type: 'eql', language: 'eql', query: 'any where process.name' },
    ['eql.wrong-type', 'error', 'query'],
  ],
  [
    {
      type: 'eql',
      language: 'eql',
      query: 'start where true',
      event_category_override: 'event.type',
    },
    ['eql.unknown-field', 'warning', 'query'],
  ],
])('%j: %j', (members, expected) => {
  expect(said(members)).toContainEqual(expected)
})

test('a slip in a query has its place in the query', () => {
  const { rule } = ruleFromWire({
    rule_id: 'r',
    name: 'A rule',
    description: 'Says what it does.',
    severity: 'low',
    risk_score: 21,
    type: 'query',
    query: 'process.name:"a',
  })
  if (rule === undefined) throw new Error('the rule must be readable')
  const [unclosed] = checkRule(rule, { nowMs })
  expect(unclosed).toMatchObject({ code: 'kuery.unclosed-quote', origin: 'query' })
  expect(unclosed?.span.start).toBeGreaterThanOrEqual(13)
})
