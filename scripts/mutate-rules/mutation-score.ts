import { runRuleTests } from '#detect'
import type { Rule, RuleTest } from '#rule'
import type { PackedRule } from '../../test/support/starter-pack.ts'
import type { EquivalentMutant } from './equivalent-mutants.ts'
import { ruleMutants, type RuleMutant } from './rule-mutants.ts'

/** What a rule's tests made of its mutants. */
export interface MutationScore {
  readonly folder: string
  /** Mutants that could make a difference: all but the equivalent ones. */
  readonly mutants: number
  readonly killed: number
  /** Changes that no test noticed. */
  readonly survivors: readonly string[]
  /** Changes that cannot be noticed, each with the reason. */
  readonly equivalent: readonly EquivalentMutant[]
  /** What makes the score worthless: tests that fail without a change, reasons for what is no survivor. */
  readonly problems: readonly string[]
}

/** Killed mutants of a hundred; 100 where there was nothing to kill. */
export function percentOf(scores: readonly MutationScore[]): number {
  const killed = scores.reduce((sum, score) => sum + score.killed, 0)
  const mutants = scores.reduce((sum, score) => sum + score.mutants, 0)
  return mutants === 0 ? 100 : (100 * killed) / mutants
}

/** Runs the tests of a rule against each of its mutants, one after the other. */
export async function mutationScore(
  { folder, rule, tests }: PackedRule,
  equivalent: readonly EquivalentMutant[],
): Promise<MutationScore> {
  if (rule === undefined) return unusable(folder, 'the rule cannot be read')
  if (await isKilled(rule, tests)) return unusable(folder, 'a test fails without any change')
  const mutants = ruleMutants(rule)
  const unnoticed: string[] = []
  for (const mutant of mutants) {
    if (!(await isKilled(mutant.rule, tests))) unnoticed.push(mutant.change)
  }
  const excused = equivalent.filter(({ change }) => unnoticed.includes(change))
  return {
    folder,
    mutants: mutants.length - excused.length,
    killed: mutants.length - unnoticed.length,
    survivors: unnoticed.filter((change) => !excused.some((each) => each.change === change)),
    equivalent: excused,
    problems: equivalent
      .filter((each) => !excused.includes(each))
      .map(({ change }) => problemOf(change, mutants)),
  }
}

/** Tests that tell something run first: most mutants fall silent. */
async function isKilled(rule: Rule, tests: readonly RuleTest[]): Promise<boolean> {
  for (const test of tests.toSorted((a, b) => b.alerts.length - a.alerts.length)) {
    const [outcome] = await runRuleTests([test], rule)
    const problems = outcome?.problems ?? []
    // A change that cannot be run says nothing of the tests.
    const failed = problems.filter((problem) => problem.startsWith('the execution failed'))
    if (failed.length > 0) throw new Error(`${rule.name}: ${failed.join('; ')}`)
    if (problems.length > 0) return true
  }
  return false
}

function problemOf(change: string, mutants: readonly RuleMutant[]): string {
  return mutants.some((mutant) => mutant.change === change)
    ? `"${change}" is said to make no difference, and a test notices it`
    : `no change reads "${change}"`
}

function unusable(folder: string, problem: string): MutationScore {
  return { folder, mutants: 0, killed: 0, survivors: [], equivalent: [], problems: [problem] }
}
