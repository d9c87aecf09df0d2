import { err, type Diagnostic, type Result } from '#base'
import type { FieldCatalogue } from '#event'
import type { Rule } from '#rule'
import type { RuleType, RunnableRule } from './rule-type.ts'
import { eql } from './rule-types/eql/eql.ts'
import { esql } from './rule-types/esql/esql.ts'
import { newTerms } from './rule-types/new-terms/new-terms.ts'
import { query } from './rule-types/query/query.ts'
import { savedQuery } from './rule-types/saved-query/saved-query.ts'
import { threatMatch } from './rule-types/threat-match/threat-match.ts'
import { threshold } from './rule-types/threshold/threshold.ts'

/** Every rule type that this version runs. */
export const ruleTypes: readonly RuleType[] = [
  query,
  savedQuery,
  threshold,
  newTerms,
  threatMatch,
  eql,
  esql,
]

/** A rule made ready to run, or why it cannot: a type that does not run yet is one reason among others. */
export function compileRule(
  rule: Rule,
  fields: FieldCatalogue,
): Result<RunnableRule, readonly Diagnostic[]> {
  const type = ruleTypes.find(({ id }) => id === rule.params.type)
  return type === undefined ? err([typeNotRunnable(rule)]) : type.compile(rule, fields)
}

function typeNotRunnable({ params }: Rule): Diagnostic {
  return {
    code: 'detect.rule-type-not-runnable',
    severity: 'error',
    message: `rule type ${params.type} does not run in this version`,
    span: { start: 0, end: 0 },
    help: `rule types that run are ${ruleTypes.map(({ id }) => id).join(', ')}`,
    origin: 'type',
  }
}
