import { beforeEach, describe, expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { corpusRules } from '../../../test/support/kql-corpus.ts'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'
import { compileFilter } from '../match/compile.ts'
import { lucene } from './lucene.ts'

const folder = sharedData('rules/rules')

describe('the public rules', () => {
  beforeEach(({ skip }) => skip(folder === undefined, withoutSharedData))
  const queries = (folder === undefined ? [] : corpusRules(folder)).flatMap(({ file, rule }) =>
    rule['language'] === 'lucene' ? [{ file, text: String(rule['query']) }] : [],
  )

  test('every Lucene text parses without errors, and its formatted plan parses to the same plan', () => {
    expect(queries.length).toBeGreaterThanOrEqual(1)
    for (const { file, text } of queries) {
      const plan = lucene.parse(text)
      expect(plan, file).toMatchObject({ ok: true })
      if (plan.ok) expect(lucene.parse(lucene.format(plan.value)), file).toEqual(plan)
      const wrong = lucene.check(text, ecsCatalogue()).filter((d) => d.severity === 'error')
      expect(wrong, file).toEqual([])
    }
  })

  test('the rule about setgid bits is dead by an "or" in lower case, which is told, and mended finds both ways', () => {
    const text = queries[0]?.text ?? ''
    const found = lucene.check(text, ecsCatalogue())
    expect(found.map(({ code }) => code)).toEqual([
      'lucene.lower-case-operator',
      'lucene.words-together',
    ])
    const [{ span, patch } = { span: { start: 0, end: 0 }, patch: '' }] = found
    const mended = text.slice(0, span.start) + (patch ?? '') + text.slice(span.end)
    const run = (query: string, args: readonly string[], user = 'eve') => {
      const plan = lucene.parse(query)
      const event = { category: ['process'], type: ['start'] }
      const source = { event, process: { name: 'chmod', args }, user: { name: user } }
      const context = { fields: ecsCatalogue(), nowMs: 0 }
      return plan.ok && compileFilter(plan.value, context)(source)
    }
    expect(run(text, ['chmod', 'g+s', 'x'])).toBe(false)
    expect(run(mended, ['chmod', 'g+s', 'x'])).toBe(true)
    expect(run(mended, ['chmod', '2755', 'x'])).toBe(true)
    expect(run(mended, ['chmod', '755', 'x'])).toBe(false)
    expect(run(mended, ['chmod', '2755', 'x'], 'root')).toBe(false)
  })
})
