import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isJsonObject, type JsonObject } from '#base'
import { acceptanceCases } from '../../../scripts/cases/eql/accepted.ts'
import { objectsOf, textOf } from '../../../scripts/cases/json.ts'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'
import type { EqlExpression } from './ast.ts'
import { eql } from './eql.ts'

describe('what is accepted and what is refused', () => {
  const file = vectors('eql_errors')
  const results = file === undefined ? [] : acceptanceCases(eql, file)

  test('has vectors', ({ skip }) => {
    skip(file === undefined, withoutSharedData)
    expect(results.length).toBeGreaterThan(100)
  })

  test.each(results)('$id', (result) => {
    expect(result).toEqual({ kind: 'passed', id: result.id })
  })
})

describe('what literals stand for', () => {
  const file = vectors('eql_functions')
  const [literals, numbers] = [objectsOf(file?.['literals']), objectsOf(file?.['numbers'])]

  test('has vectors', ({ skip }) => {
    skip(file === undefined, withoutSharedData)
    expect(literals.length * numbers.length).toBeGreaterThan(0)
  })

  test.each(literals)('the text $source_text', ({ source_text, value }) => {
    expect(compared(textOf(source_text))).toMatchObject({ kind: 'string', value })
  })

  test.each(numbers)('the number $source_text', ({ source_text, type, value }) => {
    const literal = compared(textOf(source_text))
    const isNegative = literal?.kind === 'negative'
    const number = isNegative ? literal.of : literal
    const found = number !== undefined && 'value' in number ? Number(number.value) : undefined
    expect(isNegative ? -Number(found) : found).toBe(value)
    expect(number?.kind).toBe(/double/.test(textOf(type)) ? 'decimal' : 'integer')
  })
})

/** What a field is compared with. */
function compared(literal: string): EqlExpression | undefined {
  const parsed = eql.parse(`any where field == ${literal}`)
  const query = parsed.ok ? parsed.value.query : undefined
  const condition = query?.kind === 'events' ? query.filter.condition : undefined
  return condition?.kind === 'comparison' ? condition.right : undefined
}

function vectors(name: string): JsonObject | undefined {
  const path = sharedData(`cases/${name}.json`)
  if (path === undefined) return undefined
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return isJsonObject(parsed) ? parsed : {}
}
