import type { JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { compileFilter, evaluateFilter, languageOf, type FilterPlan } from '#query'
import { packedRule } from '../../test/support/starter-pack.ts'
import { objectsOf, textOf, textsOf } from './json.ts'
import { resultOf, type CaseResult } from './outcome.ts'

/** One way of asking for a container. */
export interface Spelling {
  readonly args: readonly string[]
  readonly processName: string
  /** Whether the rule that began it says this by its own words. */
  readonly seedRuleMatches: boolean
  readonly isDangerous: boolean
}

/** The starter rule whose query is judged by spellings. */
export const seedRuleFolder = 'privileged-container-from-a-new-parent'

/** Fields and time with which filters are asked of spellings. */
export const spellingContext = { fields: ecsCatalogue(), nowMs: Date.UTC(2026, 2, 2) }

/** The spellings of a file; a file of another format has none. */
export function spellingsOf(file: JsonObject): readonly Spelling[] {
  return objectsOf(file['entries'])
    .filter((entry) => Array.isArray(entry['argv']))
    .map((entry) => ({
      args: textsOf(entry['argv']),
      processName: textOf(entry['process_name']),
      seedRuleMatches: entry['should_seed_rule_match'] === true,
      isDangerous: entry['dangerous'] === true,
    }))
}

/** Each spelling as a case: both matchers say of it what the file says of the rule that began it. */
export function spellingResults(spellings: readonly Spelling[]): readonly CaseResult[] {
  const plan = packedPlanOf(seedRuleFolder)
  const matches = compileFilter(plan, spellingContext)
  return spellings.map((spelling) => {
    const { args, seedRuleMatches: expected } = spelling
    const event = execOf(spelling)
    const answers: readonly (readonly [string, boolean])[] = [
      ['the compiled matcher', matches(event)],
      ['the reference', evaluateFilter(plan, event, spellingContext)],
    ]
    const differences = answers
      .filter(([, found]) => found !== expected)
      .map(([what, found]) => ({ what, expected, found }))
    return resultOf(args.join(' '), differences)
  })
}

/** The filter of a new terms rule of the starter pack. */
export function packedPlanOf(folder: string): FilterPlan {
  const params = packedRule(folder).rule?.params
  if (params?.type !== 'new_terms') throw new Error(`${folder} must be a new terms rule`)
  const plan = languageOf(params.language)?.parse(params.query)
  if (plan?.ok !== true) throw new Error(`the query of ${folder} must parse`)
  return plan.value
}

/** The start of a program by that name with those arguments. */
export function execOf({ args, processName }: Spelling): JsonObject {
  return {
    host: { os: { type: 'linux' } },
    event: { category: ['process'], type: ['start'], action: 'exec' },
    process: { name: processName, args },
  }
}
