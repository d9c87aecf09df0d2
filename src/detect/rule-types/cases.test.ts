import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { JsonValue } from '#base'
import { runFile } from '../../../scripts/cases/run-file.ts'
import { storeChoices } from '../../../scripts/cases/stores.ts'
import { ruleTypes } from '../rule-types.ts'

/** What a case need not say. */
const defaults = {
  rule_defaults: {
    query: { type: 'query', query: '*', from: 'now-9m', interval: '5m' },
    saved_query: { type: 'saved_query', from: 'now-9m', interval: '5m' },
    threshold: { type: 'threshold', query: '*', from: 'now-9m', interval: '5m' },
    new_terms: {
      type: 'new_terms',
      query: '*',
      from: 'now-9m',
      interval: '5m',
      history_window_start: 'now-14d',
    },
    threat_match: {
      type: 'threat_match',
      query: '*',
      threat_query: '*',
      threat_index: ['indicators'],
      from: 'now-9m',
      interval: '5m',
    },
    esql: { type: 'esql', language: 'esql', query: 'FROM events', from: 'now-9m', interval: '5m' },
    eql: { type: 'eql', language: 'eql', query: 'any where true', from: 'now-9m', interval: '5m' },
  },
}

const folders = ruleTypes.map(({ id }) => [id, id.replaceAll('_', '-')] as const)

test('every rule type has a folder of its own, and every folder is a rule type', () => {
  const found = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  expect(found.toSorted()).toEqual(folders.map(([, folder]) => folder).toSorted())
})

describe.each(folders)('%s', (type, folder) => {
  const path = new URL(`./${folder}/cases/`, import.meta.url)

  test.each(readdirSync(path))('%s', async (name) => {
    const written: JsonValue = parse(readFileSync(new URL(name, path), 'utf8'))
    const own = typeof written === 'object' ? written : {}
    const test = { id: name, index: ['events'], rule_type: type, rule: {}, ...own }
    for await (const result of runFile({ meta: defaults, cases: [test] }, storeChoices)) {
      expect(result).toEqual({ kind: 'passed', id: name })
    }
  })
})
