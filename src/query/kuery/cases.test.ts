import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isJsonObject, type JsonObject } from '#base'
import { kqlEvalOutcomes, kqlParseOutcomes } from '../../../test/support/kql-cases.ts'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'

describe.each([
  ['cases/kql_parse.json', kqlParseOutcomes],
  ['cases/kql_eval.json', kqlEvalOutcomes],
])('%s', (name, outcomesOf) => {
  const path = sharedData(name)
  const outcomes = path === undefined ? [] : outcomesOf(readJson(path))

  test('has vectors', ({ skip }) => {
    skip(path === undefined, withoutSharedData)
    expect(outcomes.length).toBeGreaterThan(0)
  })

  test.each(outcomes)('$id: $query', ({ found, expected }) => {
    expect(found).toEqual(expected)
  })
})

function readJson(path: string): JsonObject {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return isJsonObject(parsed) ? parsed : {}
}
