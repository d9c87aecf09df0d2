import { languageOf } from '#query'
import type { AlertSuppression, NewTermsParams, QueryParams, Rule } from '#rule'
import { planMutants } from './plan-mutants.ts'

/** A rule that differs from another in one place that decides which alerts it makes. */
export interface RuleMutant {
  /** What was changed; unique among the mutants of one rule, and the same as long as the rule is. */
  readonly change: string
  readonly rule: Rule
}

/**
 * Every mutant of a rule: of its query, of its new terms and of its suppression. Rules of types without a
 * query in KQL have none. Mutants whose query is the same text are one.
 */
export function ruleMutants(rule: Rule): readonly RuleMutant[] {
  const { params } = rule
  if (params.type !== 'query' && params.type !== 'new_terms') return []
  const changes = [
    ...queryMutants(params),
    ...(params.type === 'new_terms' ? newTermsMutants(params, rule.from) : []),
    ...suppressionMutants(params),
  ]
  const told = new Map<string, number>()
  return changes.map(({ change, params: changed }) => {
    const before = told.get(change) ?? 0
    told.set(change, before + 1)
    const unique = before === 0 ? change : `${change} (${before + 1})`
    return { change: unique, rule: { ...rule, params: changed } }
  })
}

interface ParamsMutant {
  readonly change: string
  readonly params: Rule['params']
}

function queryMutants(params: QueryParams | NewTermsParams): readonly ParamsMutant[] {
  const language = languageOf(params.language)
  const plan = language?.parse(params.query)
  if (language === undefined || plan?.ok !== true) return []
  const seen = new Set([language.format(plan.value)])
  return planMutants(plan.value).flatMap((mutant) => {
    const query = language.format(mutant.plan)
    if (seen.has(query)) return []
    seen.add(query)
    return [{ change: mutant.change, params: { ...params, query } }]
  })
}

/** Fields taken away one by one; a history too short to know anything, and one that remembers a year. */
function newTermsMutants(params: NewTermsParams, from: string): readonly ParamsMutant[] {
  const { newTermsFields } = params
  const fewer =
    newTermsFields.length === 1
      ? []
      : newTermsFields.map((field, at) => ({
          change: `drop ${field} from the new terms`,
          params: { ...params, newTermsFields: newTermsFields.toSpliced(at, 1) },
        }))
  return [
    ...fewer,
    {
      change: 'history of one second',
      params: { ...params, historyWindowStart: `${from}-1s` },
    },
    { change: 'history of a year', params: { ...params, historyWindowStart: 'now-365d' } },
  ]
}

function suppressionMutants(params: QueryParams | NewTermsParams): readonly ParamsMutant[] {
  const { alertSuppression, ...unsuppressed } = params
  if (alertSuppression === undefined) return []
  const { groupBy } = alertSuppression
  const regrouped = (by: AlertSuppression): ParamsMutant['params'] => ({
    ...params,
    alertSuppression: by,
  })
  const fewer =
    groupBy.length === 1
      ? []
      : groupBy.map((field, at) => ({
          change: `drop ${field} from the suppression`,
          params: regrouped({ ...alertSuppression, groupBy: groupBy.toSpliced(at, 1) }),
        }))
  return [{ change: 'no suppression', params: unsuppressed }, ...fewer]
}
