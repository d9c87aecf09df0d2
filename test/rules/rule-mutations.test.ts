import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { equivalentMutants } from '../../scripts/mutate-rules/equivalent-mutants.ts'
import { eqlMutants } from '../../scripts/mutate-rules/eql-mutants.ts'
import { mutationReport } from '../../scripts/mutate-rules/mutation-report.ts'
import {
  mutationScore,
  percentOf,
  type MutationScore,
} from '../../scripts/mutate-rules/mutation-score.ts'
import { planMutants } from '../../scripts/mutate-rules/plan-mutants.ts'
import { eql, languageOf } from '#query'
import { starterPack, type PackedRule } from '../support/starter-pack.ts'

const pack = starterPack()
const scores = new Map<string, Promise<MutationScore>>()

function scoreOf(packed: PackedRule): Promise<MutationScore> {
  const { folder } = packed
  const known = scores.get(folder) ?? mutationScore(packed, equivalentMutants(folder))
  scores.set(folder, known)
  return known
}

test.each(pack)('the tests of $folder notice every change of the rule', async (packed) => {
  const { survivors, problems } = await scoreOf(packed)
  expect([...survivors, ...problems]).toEqual([])
})

test('the page says how much the tests of the pack notice', async () => {
  const page = new URL('../../docs/reference/rule-mutations.md', import.meta.url)
  const all = await Promise.all(pack.map(scoreOf))
  expect(percentOf(all)).toBe(100)
  expect(readFileSync(page, 'utf8')).toBe(mutationReport(all))
})

test('a rule whose tests look at half of its query leaves survivors', async () => {
  const [packed] = pack.filter(({ folder }) => folder === 'second-root-account')
  if (packed === undefined) throw new Error('the pack must have the rule')
  const [onlyFiring] = packed.tests
  const poor = { ...packed, tests: onlyFiring === undefined ? [] : [onlyFiring] }
  const { killed, mutants, survivors } = await mutationScore(poor, [])
  expect(killed).toBeLessThan(mutants)
  expect(survivors).toContain('drop process.name:(useradd or usermod)')
})

test('a reason for a change that nobody makes, and one for a change that is noticed, are told', async () => {
  const [packed] = pack.filter(({ folder }) => folder === 'audit-rules-removed')
  if (packed === undefined) throw new Error('the pack must have the rule')
  const { problems } = await mutationScore(packed, [
    { change: 'drop nothing', reason: 'such a clause never was' },
    { change: 'drop process.name:auditctl', reason: 'said without looking' },
  ])
  expect(problems).toEqual([
    'no change reads "drop nothing"',
    '"drop process.name:auditctl" is said to make no difference, and a test notices it',
  ])
})

test('a query is changed in every clause, operator, literal and wildcard', () => {
  const kuery = languageOf('kuery')
  const plan = kuery?.parse('a:x and not (b:y* or c:*) and d > 3')
  if (plan?.ok !== true) throw new Error('the query must parse')
  expect(planMutants(plan.value).map(({ change }) => change)).toEqual([
    'and becomes or in a:x and not (b:y* or c:*) and d > 3',
    'drop a:x',
    'a:x gets a not',
    'another value in a:x',
    'any value in a:x',
    'drop not (b:y* or c:*)',
    'not (b:y* or c:*) loses its not',
    'or becomes and in b:y* or c:*',
    'drop b:y*',
    'b:y* gets a not',
    'another text for y in b:y*',
    'wildcard 1 taken from b:y*',
    'any value in b:y*',
    'drop c:*',
    'c:* gets a not',
    'c:* becomes one value',
    'drop d > 3',
    'd > 3 gets a not',
    'turn d > 3',
  ])
})

test.each([
  [
    'process where a == "x" and not b in ("y", "z")',
    [
      'any for process',
      'and becomes or in a == "x" and b not in ("y", "z")',
      'drop a == "x"',
      'turn a == "x"',
      'another value for "x"',
      'any value in a == "x"',
      'drop b not in ("y", "z")',
      'b not in ("y", "z") loses its not',
      'leave "y" out of b in ("y", "z")',
      'leave "z" out of b in ("y", "z")',
      'any value in b in ("y", "z")',
    ],
  ],
  [
    'any where a : "x*" or length(b) > 5 or cidrMatch(c, "10.0.0.0/8", "::1/128")',
    [
      'or becomes and in a : "x*" or length(b) > 5 or cidrMatch(c, "10.0.0.0/8", "::1/128")',
      'drop a : "x*"',
      'a : "x*" gets a not',
      'another value for "x*"',
      'wildcard at 2 taken from x*',
      'tell cases apart in a : "x*"',
      'any value in a : "x*"',
      'drop length(b) > 5',
      'turn length(b) > 5',
      'another value for 5',
      'drop cidrMatch(c, "10.0.0.0/8", "::1/128")',
      'cidrMatch(c, "10.0.0.0/8", "::1/128") gets a not',
      'leave "10.0.0.0/8" out of cidrMatch(c, "10.0.0.0/8", "::1/128")',
      'leave "::1/128" out of cidrMatch(c, "10.0.0.0/8", "::1/128")',
    ],
  ],
  [
    'sequence by h with maxspan=1m [any where d] by e with runs=2 ![any where f] by g until [any where i] by j',
    [
      'drop the key h',
      'drop the key e of the stages',
      'no maxspan',
      'half the maxspan',
      'twice the maxspan',
      'exchange stages 1 and 2',
      'no until',
      'i gets a not',
      'drop stage 1',
      'drop stage 2',
      'runs=1 for 2',
      'runs=3 for 2',
      'd gets a not',
      'ask for the missing event',
      'f gets a not',
    ],
  ],
])('%s is changed in every part', (query, changes) => {
  const statement = eql.parse(query)
  if (!statement.ok) throw new Error('the query must parse')
  expect(eqlMutants(statement.value).map(({ change }) => change)).toEqual(changes)
})
