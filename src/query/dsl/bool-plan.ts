import type { JsonObject, JsonValue } from '#base'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { below, malformed, unsupported, type Reading } from './reading.ts'

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
  const isAsked = stated !== undefined && stated !== null
  const minimum = isAsked ? minimumOf(stated, should.length) : hasRequired ? 0 : 1
  if (minimum === undefined) {
    malformed(
      reading,
      `minimum_should_match ${JSON.stringify(stated)}: a number of clauses, or a part of them as "75%"`,
    )
    return []
  }
  if (should.length === 0) return isAsked && minimum > 0 ? [{ kind: 'none' }] : []
  if (minimum > should.length) return [{ kind: 'none' }]
  if (minimum <= 0) return []
  if (minimum === should.length) return should
  const plan = atLeast(minimum, should)
  if (plan !== undefined) return [plan]
  const asked = `${minimum} of ${should.length} clauses`
  unsupported(reading, `minimum_should_match: ${asked} are too many combinations; write fewer`)
  return []
}

/** Of so many clauses, how many must hold: `2`, `-1` (all but one), `75%`, `-25%`. Undefined for anything else. */
function minimumOf(stated: JsonValue, clauses: number): number | undefined {
  const match = /^(-?\d{1,6})(%?)$/.exec(String(stated).trim())
  if (match === null) return undefined
  const [, digits, percent] = match
  const amount = percent === '' ? Number(digits) : Math.trunc((Number(digits) * clauses) / 100)
  return amount < 0 ? clauses + amount : amount
}

const maxCombinations = 200

/** That so many of the parts hold, as an alternative of every choice of them; undefined where these are too many. */
function atLeast(count: number, of: readonly FilterPlan[]): FilterPlan | undefined {
  if (count === 1) return { kind: 'or', of }
  let combinations = 1
  for (let taken = 0; taken < count; taken++) {
    combinations = (combinations * (of.length - taken)) / (taken + 1)
    if (combinations > maxCombinations) return undefined
  }
  return { kind: 'or', of: choices(count, of).map((chosen) => ({ kind: 'and', of: chosen })) }
}

function choices(count: number, of: readonly FilterPlan[]): readonly (readonly FilterPlan[])[] {
  if (count === 0) return [[]]
  return of.flatMap((first, position) =>
    choices(count - 1, of.slice(position + 1)).map((rest) => [first, ...rest]),
  )
}
