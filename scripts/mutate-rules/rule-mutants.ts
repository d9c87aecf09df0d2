import { ecsCatalogue } from '#event'
import { eql, languageOf } from '#query'
import type { AlertSuppression, EqlParams, NewTermsParams, QueryParams, Rule } from '#rule'
import { eqlMutants } from './eql-mutants.ts'
import { planMutants } from './plan-mutants.ts'

/** A rule that differs from another in one place that decides which alerts it makes. */
export interface RuleMutant {
  /** What was changed; unique among the mutants of one rule, and the same as long as the rule is. */
  readonly change: string
  readonly rule: Rule
}

/**
 * Every mutant of a rule: of its query, of its new terms and of its suppression. Rules of types without a
 * query in KQL or EQL have none. Mutants whose query is the same text are one.
 */
export function ruleMutants(rule: Rule): readonly RuleMutant[] {
  const changes = paramsMutants(rule)
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

function paramsMutants({ params, from }: Rule): readonly ParamsMutant[] {
  switch (params.type) {
    case 'query':
      return [...queryMutants(params), ...suppressionMutants(params)]
    case 'new_terms':
      return [
        ...queryMutants(params),
        ...newTermsMutants(params, from),
        ...suppressionMutants(params),
      ]
    case 'eql':
      return [...eventQueryMutants(params), ...suppressionMutants(params)]
    default:
      return []
  }
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

/** Without those that cannot be run, such as a sequence of one stage. */
function eventQueryMutants(params: EqlParams): readonly ParamsMutant[] {
  const statement = eql.parse(params.query)
  if (!statement.ok) return []
  const seen = new Set([eql.format(statement.value)])
  return eqlMutants(statement.value).flatMap(({ change, part }) => {
    const query = eql.format(part)
    if (seen.has(query) || !canRun(query)) return []
    seen.add(query)
    return [{ change, params: { ...params, query } }]
  })
}

function canRun(query: string): boolean {
  const statement = eql.parse(query)
  if (!statement.ok) return false
  const doubts = eql.check(statement.value, ecsCatalogue(), { unknownFields: 'warning' })
  return doubts.every(({ severity }) => severity !== 'error')
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

function suppressionMutants(
  params: QueryParams | NewTermsParams | EqlParams,
): readonly ParamsMutant[] {
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
