import { beforeEach, describe, expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { corpusRules } from '../../../test/support/kql-corpus.ts'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'
import { eql } from './eql.ts'
import { withoutSpans } from './without-spans.fixture.ts'

const folder = sharedData('rules/rules')

function categoryFieldOf(rule: { readonly [key: string]: unknown }) {
  const field = rule['event_category_override']
  return typeof field === 'string' ? { categoryField: field } : {}
}

function printed(text: string): string {
  const parsed = eql.parse(text)
  return parsed.ok ? eql.format(parsed.value) : ''
}

describe('the public rules', () => {
  beforeEach(({ skip }) => skip(folder === undefined, withoutSharedData))
  const queries = (folder === undefined ? [] : corpusRules(folder)).flatMap(({ file, rule }) =>
    rule['type'] === 'eql'
      ? [{ file, text: String(rule['query']), categoryField: categoryFieldOf(rule) }]
      : [],
  )

  test('every EQL text parses, and its printed statement parses to the same statement', () => {
    expect(queries.length).toBeGreaterThanOrEqual(1_010)
    for (const { file, text } of queries) {
      const parsed = eql.parse(text)
      expect(parsed, file).toMatchObject({ ok: true })
      if (!parsed.ok) continue
      const again = eql.parse(eql.format(parsed.value))
      expect(again, file).toMatchObject({ ok: true })
      if (again.ok) expect(withoutSpans(again.value), file).toEqual(withoutSpans(parsed.value))
    }
  })

  test('every EQL text has a plan, and its printed statement has the same plan', () => {
    const fields = ecsCatalogue()
    const kinds = new Map<string, number>()
    for (const { file, text, categoryField } of queries) {
      const plans = [text, printed(text)].map((each) => {
        const parsed = eql.parse(each)
        return parsed.ok ? eql.lower(parsed.value, { fields, ...categoryField }) : undefined
      })
      const [plan, again] = plans
      expect(plan, file).toBeDefined()
      expect(again, file).toEqual(plan)
      const filters = plan?.kind === 'events' ? [plan] : (plan?.stages ?? [])
      expect(
        filters.some(({ filter }) => filter.kind === 'none'),
        file,
      ).toBe(false)
      kinds.set(plan?.kind ?? '', (kinds.get(plan?.kind ?? '') ?? 0) + 1)
    }
    expect([...kinds.keys()].toSorted()).toEqual(['events', 'sample', 'sequence'])
  })

  test('every EQL text is accepted for ECS fields, unknown ones aside', () => {
    const fields = ecsCatalogue()
    const wrong = queries.flatMap(({ file, text }) => {
      const parsed = eql.parse(text)
      const found = parsed.ok ? eql.check(parsed.value, fields, { unknownFields: 'warning' }) : []
      return found.filter(({ severity }) => severity === 'error').map((each) => ({ file, each }))
    })
    expect(wrong).toEqual([])
  })

  test('what looks like a wildcard where none is read is told: 19 times', () => {
    const fields = ecsCatalogue()
    const doubts = queries.flatMap(({ text }) => {
      const parsed = eql.parse(text)
      return parsed.ok ? eql.check(parsed.value, fields, { unknownFields: 'warning' }) : []
    })
    const wildcards = doubts.filter(({ code }) => code === 'eql.literal-wildcard')
    expect(wildcards).toHaveLength(19)
  })
})
