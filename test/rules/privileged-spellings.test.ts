import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileFilter } from '#query'
import {
  execOf,
  packedPlanOf,
  seedRuleFolder,
  spellingContext,
  spellingsOf,
  type Spelling,
} from '../../scripts/cases/spellings.ts'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'

/** What the rules on arguments say together; what the first of them says alone is among the shared cases. */

const path = sharedData('cases/privileged_spellings.json')

test('no rule on arguments matches what is not dangerous, but for the flag read by somebody else', (context) => {
  context.skip(path === undefined, withoutSharedData)
  const harmless = spellingsIn(path ?? '').filter(
    ({ isDangerous, seedRuleMatches }) => !isDangerous && !seedRuleMatches,
  )
  expect(harmless.length).toBeGreaterThan(5)
  for (const folder of argumentRules) {
    const matches = compileFilter(packedPlanOf(folder), spellingContext)
    const told = harmless.filter((spelling) => matches(execOf(spelling)))
    expect(told.map(({ args }) => args)).toEqual([])
  }
})

test('every flag that says privileged to a container client is matched by some rule on arguments', (context) => {
  context.skip(path === undefined, withoutSharedData)
  const matchers = argumentRules.map((folder) =>
    compileFilter(packedPlanOf(folder), spellingContext),
  )
  const clients = /^(docker|podman|nerdctl|ctr|k3s|microk8s|kubectl)$/
  const asked = spellingsIn(path ?? '').filter(
    ({ args, processName, isDangerous }) =>
      isDangerous && clients.test(processName) && args.some((arg) => /^--privileged\b/.test(arg)),
  )
  expect(asked.length).toBeGreaterThan(15)
  const missed = asked.filter((spelling) => !matchers.some((matches) => matches(execOf(spelling))))
  expect(missed.map(({ args }) => args)).toEqual([])
})

const argumentRules = [
  seedRuleFolder,
  'privileged-container-by-another-spelling',
  'privileged-container-by-another-client',
]

function spellingsIn(file: string): readonly Spelling[] {
  return spellingsOf(JSON.parse(readFileSync(file, 'utf8')))
}
