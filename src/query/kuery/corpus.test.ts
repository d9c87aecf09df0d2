import { beforeEach, describe, expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { fromKibanaFilters } from '../kibana-filter/from-kibana-filters.ts'
import {
  compareMatches,
  corpusFilters,
  corpusQueries,
  corpusRules,
} from '../../../test/support/kql-corpus.ts'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'
import { kuery } from './kuery.ts'

const folder = sharedData('')
const rulesFolder = sharedData('rules/rules')

describe('the public rules', () => {
  beforeEach(({ skip }) =>
    skip(folder === undefined || rulesFolder === undefined, withoutSharedData),
  )
  const rules = rulesFolder === undefined ? [] : corpusRules(rulesFolder)
  const queries = corpusQueries(rules)

  test('every KQL text parses, and its formatted plan parses to the same plan', () => {
    expect(queries.length).toBeGreaterThanOrEqual(740)
    for (const { file, text } of queries) {
      const plan = kuery.parse(text)
      expect(plan, file).toMatchObject({ ok: true })
      if (plan.ok) expect(kuery.parse(kuery.format(plan.value)), file).toEqual(plan)
    }
  })

  test('no KQL text has a value that its field cannot hold', () => {
    const wrong = queries.flatMap(({ file, text }) =>
      kuery
        .check(text, ecsCatalogue())
        .filter(({ severity }) => severity === 'error')
        .map(({ message }) => `${file}: ${message}`),
    )
    expect(wrong).toEqual([])
  })

  test('all Kibana filters have a plan', () => {
    const filters = corpusFilters(rules)
    expect(filters.length).toBeGreaterThanOrEqual(16)
    for (const { file, filters: list } of filters) {
      expect(fromKibanaFilters(list), file).toMatchObject({ ok: true })
    }
  })

  test('over recorded events, every difference from the independent evaluator is explained', () => {
    const comparisons = folder === undefined ? [] : compareMatches(folder)
    expect(comparisons.length).toBeGreaterThan(0)
    for (const { file, missing, extra } of comparisons) {
      expect(
        [...missing, ...extra].filter(({ explanation }) => explanation === undefined),
        file,
      ).toEqual([])
    }
  })
})
