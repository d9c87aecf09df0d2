import type { AlertBody } from '#alert'
import { compileFilter, type FilterPlan, type MatchContext } from '#query'
import { riskOf } from './risky-arguments.ts'
import { textsOf } from './text-of.ts'

/** One argument of a command, and what is to be said of it. */
export interface Argument {
  readonly text: string
  /** The query of the rule asks for this argument. */
  readonly isMatched: boolean
  /** Why it is risky; undefined: nothing is known. */
  readonly risk: string | undefined
}

/** The command of an alert, argument by argument; empty where the alert is about no command. */
export function commandLine(
  alert: AlertBody,
  filter: FilterPlan | undefined,
  context: MatchContext,
): readonly Argument[] {
  const asked = filter === undefined ? [] : positiveLeaves(filter, 'process.args')
  const matchers = asked.map((leaf) => compileFilter(leaf, context))
  return textsOf(alert, 'process.args').map((text) => ({
    text,
    isMatched: matchers.some((matches) => matches({ process: { args: [text] } })),
    risk: riskOf(text),
  }))
}

/** The leaves about a field that a document may satisfy to pass; what only a negation asks is left out. */
function positiveLeaves(plan: FilterPlan, field: string): readonly FilterPlan[] {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return plan.of.flatMap((part) => positiveLeaves(part, field))
    case 'match':
    case 'match-any':
    case 'glob':
    case 'regexp':
      return plan.field.kind === 'field' && plan.field.name === field ? [plan] : []
    default:
      return []
  }
}
