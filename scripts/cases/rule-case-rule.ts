import { ecsCatalogue } from '#event'
import { isJsonObject, type Diagnostic, type JsonObject, type JsonValue } from '#base'
import { compileRule } from '#detect'
import { checkRule, ruleFromWire, type Rule } from '#rule'
import { caseList } from './rule-case-world.ts'
import { elementsOf, objectOf, textOf } from './json.ts'

/** A case's rule, or what its file says is wrong with it, or why it cannot be run. */
export type CaseRule =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'not-runnable'; readonly reason: string }

/** The rule of a case: the file's defaults for its type, what the case says, the case's index. */
export function caseRule(test: JsonObject, file: JsonObject, nowMs: number): CaseRule {
  const own = objectOf(test['rule'])
  const type = textOf(own['type']) || textOf(test['rule_type'])
  const wire: JsonObject = {
    description: 'A case.',
    name: 'A case',
    rule_id: 'case',
    severity: 'low',
    risk_score: 1,
    ...defaultsOf(objectOf(file['meta'])['rule_defaults'], type),
    ...(own['index'] === undefined &&
    own['data_view_id'] === undefined &&
    test['index'] !== undefined
      ? { index: test['index'] }
      : {}),
    ...(elementsOf(test['exceptions']).length === 0 ? {} : { exceptions_list: [listRef] }),
    ...own,
  }
  const { rule, diagnostics } = ruleFromWire(wire)
  if (rule === undefined) return { kind: 'refused', diagnostics: diagnostics.filter(isError) }
  const reason = notRunnable(rule)
  if (reason !== undefined) return { kind: 'not-runnable', reason }
  const problems = checkRule(rule, { nowMs }).filter(isError)
  if (problems.length > 0) return { kind: 'refused', diagnostics: problems }
  return { kind: 'rule', rule }
}

const listRef = {
  id: caseList,
  list_id: caseList,
  type: 'detection',
  namespace_type: 'single',
} as const

/**
 * Defaults are one object for all rules, or one for each type; a sentence stands for those of `query`, with
 * the language and the query that it names.
 */
function defaultsOf(defaults: JsonValue | undefined, type: string): JsonObject {
  const all = objectOf(defaults)
  if (typeof all['type'] === 'string' || Object.values(all).every((each) => !isJsonObject(each))) {
    return all
  }
  const own = all[type]
  if (isJsonObject(own)) return own
  const [, language] = /language (\w+)/.exec(textOf(own)) ?? []
  const [, query] = /query '([^']*)'/.exec(textOf(own)) ?? []
  return {
    ...objectOf(all['query']),
    type: type || 'query',
    ...(language === undefined ? {} : { language }),
    ...(query === undefined ? {} : { query }),
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

/** Why this version does not run a rule that is right in itself. */
function notRunnable(rule: Rule): string | undefined {
  const compiled = compileRule(rule, ecsCatalogue())
  if (compiled.ok) return undefined
  return compiled.error.find(({ code }) => code.endsWith('-not-runnable'))?.message
}
