import type { JsonObject, JsonValue } from '#base'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { below, unsupported, type Reading } from './reading.ts'

type ReadClause = (clause: JsonValue, reading: Reading) => FilterPlan | undefined

/** The plan of a `bool` query; clauses may stand alone or in a list. */
export function boolPlan(
  body: JsonObject,
  reading: Reading,
  readClause: ReadClause,
): FilterPlan | undefined {
  const known = new Set([
    'must',
    'filter',
    'should',
    'must_not',
    'minimum_should_match',
    'boost',
    '_name',
  ])
  const strange = Object.keys(body).find((key) => !known.has(key))
  if (strange !== undefined) return unsupported(reading, `bool has no clause ${strange}`)
  const read = (key: string) => clausesOf(body[key], below(reading, `.${key}`), readClause)
  const required = [...read('must'), ...read('filter')]
  const excluded = read('must_not').map((of): FilterPlan => ({ kind: 'not', of }))
  const optional = shouldPlan(read('should'), required.length > 0, body, reading)
  const of = [...required, ...optional, ...excluded]
  const [first] = of
  if (first === undefined) return { kind: 'all' }
  return of.length === 1 ? first : { kind: 'and', of }
}

function clausesOf(
  value: JsonValue | undefined,
  reading: Reading,
  readClause: ReadClause,
): readonly FilterPlan[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) return [readClause(value, reading) ?? []].flat()
  return value.flatMap(
    (clause: JsonValue, position) => readClause(clause, below(reading, `[${position}]`)) ?? [],
  )
}

/** Without `minimum_should_match`, one should-clause must hold, unless something else is required: then none. */
function shouldPlan(
  should: readonly FilterPlan[],
  hasRequired: boolean,
  body: JsonObject,
  reading: Reading,
): readonly FilterPlan[] {
  const stated = body['minimum_should_match']
  const minimum = stated === undefined ? (hasRequired ? 0 : 1) : Number(stated)
  if (should.length === 0) {
    if (stated === undefined || !(minimum > 0)) return []
    return [{ kind: 'none' }]
  }
  if (minimum === 0) return []
  if (minimum === 1) return should.length === 1 ? should : [{ kind: 'or', of: should }]
  if (minimum === should.length) return should
  unsupported(reading, `minimum_should_match ${JSON.stringify(stated)}: only 0, 1 or all clauses`)
  return []
}
