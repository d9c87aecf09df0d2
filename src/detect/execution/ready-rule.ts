import type { Diagnostic, Result } from '#base'
import type { RunnableRule, SavedQueries } from '../rule-type.ts'

/** A rule with what it runs looked up as it is now, where it is kept apart; else the same rule. */
export async function readyRule(
  runnable: Result<RunnableRule, readonly Diagnostic[]>,
  savedQueries: SavedQueries,
): Promise<Result<RunnableRule, readonly Diagnostic[]>> {
  if (!runnable.ok || runnable.value.lookUp === undefined) return runnable
  return runnable.value.lookUp(savedQueries)
}
