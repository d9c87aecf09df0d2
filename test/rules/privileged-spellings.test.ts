import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { ecsCatalogue } from '#event'
import { compileFilter, evaluateFilter, languageOf, type FilterPlan } from '#query'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'
import { packedRule } from '../support/starter-pack.ts'

const path = sharedData('cases/privileged_spellings.json')
const matching = { fields: ecsCatalogue(), nowMs: Date.UTC(2026, 2, 2) }

/** One way of asking for a container. */
interface Spelling {
  readonly args: readonly string[]
  readonly processName: string
  readonly seedRuleMatches: boolean
  readonly isDangerous: boolean
}

test('the rule that began it matches each written way of asking exactly where its words say so', (context) => {
  context.skip(path === undefined, withoutSharedData)
  const plan = planOf('privileged-container-from-a-new-parent')
  const matches = compileFilter(plan, matching)
  const spellings = spellingsOf(path ?? '')
  expect(spellings.length).toBeGreaterThan(90)
  for (const spelling of spellings) {
    const event = execOf(spelling)
    expect([spelling.args, matches(event)]).toEqual([spelling.args, spelling.seedRuleMatches])
    expect(evaluateFilter(plan, event, matching)).toBe(spelling.seedRuleMatches)
  }
})

test('no rule on arguments matches what is not dangerous, but for the flag read by somebody else', (context) => {
  context.skip(path === undefined, withoutSharedData)
  const harmless = spellingsOf(path ?? '').filter(
    ({ isDangerous, seedRuleMatches }) => !isDangerous && !seedRuleMatches,
  )
  expect(harmless.length).toBeGreaterThan(5)
  for (const folder of argumentRules) {
    const matches = compileFilter(planOf(folder), matching)
    const told = harmless.filter((spelling) => matches(execOf(spelling)))
    expect(told.map(({ args }) => args)).toEqual([])
  }
})

test('every flag that says privileged to a container client is matched by some rule on arguments', (context) => {
  context.skip(path === undefined, withoutSharedData)
  const matchers = argumentRules.map((folder) => compileFilter(planOf(folder), matching))
  const clients = /^(docker|podman|nerdctl|ctr|k3s|microk8s|kubectl)$/
  const asked = spellingsOf(path ?? '').filter(
    ({ args, processName, isDangerous }) =>
      isDangerous && clients.test(processName) && args.some((arg) => /^--privileged\b/.test(arg)),
  )
  expect(asked.length).toBeGreaterThan(15)
  const missed = asked.filter((spelling) => !matchers.some((matches) => matches(execOf(spelling))))
  expect(missed.map(({ args }) => args)).toEqual([])
})

const argumentRules = [
  'privileged-container-from-a-new-parent',
  'privileged-container-by-another-spelling',
  'privileged-container-by-another-client',
]

function planOf(folder: string): FilterPlan {
  const params = packedRule(folder).rule?.params
  if (params?.type !== 'new_terms') throw new Error(`${folder} must be a new terms rule`)
  const plan = languageOf(params.language)?.parse(params.query)
  if (plan?.ok !== true) throw new Error(`the query of ${folder} must parse`)
  return plan.value
}

function execOf({ args, processName }: Spelling): JsonObject {
  return {
    host: { os: { type: 'linux' } },
    event: { category: ['process'], type: ['start'], action: 'exec' },
    process: { name: processName, args },
  }
}

function spellingsOf(file: string): readonly Spelling[] {
  const facts = JSON.parse(readFileSync(file, 'utf8')) as JsonValue
  const entries = isJsonObject(facts) ? facts['entries'] : undefined
  if (!Array.isArray(entries)) throw new Error(`${file} has no entries`)
  return entries.filter(isJsonObject).map((entry) => ({
    args: Array.isArray(entry['argv']) ? entry['argv'].map(String) : [],
    processName: String(entry['process_name']),
    seedRuleMatches: entry['should_seed_rule_match'] === true,
    isDangerous: entry['dangerous'] === true,
  }))
}
