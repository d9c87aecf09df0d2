import { orderedDiagnostics, parseDateMath, type Diagnostic } from '#base'
import { emptyCatalogue, type FieldCatalogue } from '#event'
import { eql, languageOf, prepareEsql, type EqlStatement } from '#query'
import { termFieldProblems } from './check-term-fields.ts'
import { threatMappingProblems } from './check-threat-mapping.ts'
import { thresholdProblems } from './check-threshold.ts'
import type {
  EqlParams,
  EsqlParams,
  NewTermsParams,
  OtherParams,
  QueryParams,
  Rule,
  SavedQueryParams,
  ThreatMatchParams,
} from './rule.ts'
import { scheduleOf, type Schedule } from './schedule.ts'
import { shortLookBack } from './short-look-back.ts'
import {
  placed,
  type FileDiagnostic,
  type RuleLocator,
  type WireProblem,
} from './wire/member-path.ts'

/** What a rule is checked against. */
export interface RuleCheck {
  /** The wall clock, epoch milliseconds. */
  readonly nowMs: number
  /** The fields that queries may name; without it, field names and value types are not checked. */
  readonly fields?: FieldCatalogue
  /** Where the rule's members stand, for diagnostics with file, line and column. */
  readonly locate?: RuleLocator
}

/**
 * Everything about a rule that is wrong or doubtful beyond the shape of its members: times that do not
 * parse or contradict one another, queries that do not parse, things that this version does not run.
 * An error means that its author must mend it; `rule.type-does-not-run` and `rule.language-does-not-run`
 * are warnings, for the rule itself is right.
 */
export function checkRule(
  rule: Rule,
  check: RuleCheck & { readonly locate: RuleLocator },
): readonly FileDiagnostic[]
export function checkRule(rule: Rule, check: RuleCheck): readonly Diagnostic[]
export function checkRule(rule: Rule, check: RuleCheck): readonly Diagnostic[] {
  const problems = [
    ...scheduleProblems(rule, check.nowMs),
    ...typeProblems(rule, check),
    ...pairProblems(rule),
  ]
  return orderedDiagnostics(problems.map((problem) => placed(problem, check.locate)))
}

function scheduleProblems(rule: Rule, nowMs: number): readonly WireProblem[] {
  const schedule = scheduleOf(rule)
  if (!schedule.ok) {
    // Without a locator each diagnostic's origin is the member that it speaks of.
    return schedule.error.map(({ code, severity, message, origin = '' }) => ({
      code,
      severity,
      message,
      path: [origin],
      at: 'value',
    }))
  }
  return [...windowProblems(rule, schedule.value, nowMs), ...gapProblems(rule, schedule.value)]
}

function windowProblems(rule: Rule, schedule: Schedule, nowMs: number): readonly WireProblem[] {
  const { fromMs, toMs } = schedule.windowAt(nowMs)
  if (fromMs < toMs) return []
  return [
    {
      code: 'rule.empty-window',
      severity: 'error',
      path: ['from'],
      at: 'value',
      message: `from (${rule.from}) is not before to (${rule.to}): an execution would read nothing`,
    },
  ]
}

function gapProblems(rule: Rule, { lookBackMs }: Schedule): readonly WireProblem[] {
  if (lookBackMs === undefined || lookBackMs >= 0) return []
  return [
    {
      code: 'rule.look-back-too-short',
      severity: 'warning',
      path: ['from'],
      at: 'value',
      message: `from (${rule.from}) reaches less far back than one interval (${rule.interval}): what happens between two windows is never read`,
      help: 'let from reach back one interval and the delay of your slowest source, such as now-9m for 5m',
    },
  ]
}

function typeProblems(rule: Rule, check: RuleCheck): readonly WireProblem[] {
  const { params } = rule
  if (params.type === 'query') return queryProblems(params, check)
  if (params.type === 'saved_query') return savedQueryProblems(params, check)
  if (params.type === 'threshold') {
    return [...queryProblems(params, check), ...thresholdProblems(params.threshold, check.fields)]
  }
  if (params.type === 'new_terms') {
    return [...queryProblems(params, check), ...newTermsProblems(rule, params, check)]
  }
  if (params.type === 'threat_match') {
    return [...queryProblems(params, check), ...threatMatchProblems(params, check)]
  }
  if (params.type === 'eql') return eqlProblems(rule, params, check)
  if (params.type === 'esql') return esqlProblems(params, check)
  return otherTypeProblems(params)
}

/** What is saved elsewhere is judged when it is run. */
function savedQueryProblems(
  { query, language }: SavedQueryParams,
  check: RuleCheck,
): readonly WireProblem[] {
  return query === undefined ? [] : queryProblems({ query, language }, check)
}

function queryProblems(
  { query, language: id }: Pick<QueryParams, 'query' | 'language'>,
  { fields }: RuleCheck,
): readonly WireProblem[] {
  const language = languageOf(id)
  if (language === undefined) {
    return [
      {
        code: 'rule.language-does-not-run',
        severity: 'warning',
        path: ['language'],
        at: 'value',
        message: `queries in ${id} are kept, but do not run yet: this rule finds nothing`,
      },
    ]
  }
  const parsed = language.parse(query)
  if (!parsed.ok) return parsed.error.map(inQuery)
  return fields === undefined ? [] : language.check(query, fields).map(inQuery)
}

function eqlProblems(
  rule: Rule,
  { query, eventCategoryOverride: categoryField }: EqlParams,
  { fields }: RuleCheck,
): readonly WireProblem[] {
  const parsed = eql.parse(query)
  if (!parsed.ok) return parsed.error.map(inQuery)
  const tooShort = lookBackProblems(rule, parsed.value)
  if (fields === undefined) return tooShort
  const options = { unknownFields: 'warning' as const }
  const checked = eql.check(
    parsed.value,
    fields,
    categoryField === undefined ? options : { ...options, categoryField },
  )
  return [...checked.map(inQuery), ...tooShort]
}

function esqlProblems({ query }: EsqlParams, check: RuleCheck): readonly WireProblem[] {
  const { nowMs, fields = emptyCatalogue() } = check
  const plan = prepareEsql(query, { nowMs, fields })
  if (plan.ok) return []
  return plan.error.map((problem) => {
    const isOurs = notForThisEngine.has(problem.code)
    return inQuery(isOurs ? { ...problem, severity: 'warning' } : problem)
  })
}

/** What another engine may run: the rule is kept, and says at each execution why it does not run here. */
const notForThisEngine: ReadonlySet<string> = new Set([
  'esql.command-not-runnable',
  'esql.function-not-runnable',
  'esql.options',
  'esql.type',
])

function lookBackProblems(rule: Rule, { query }: EqlStatement): readonly WireProblem[] {
  const maxSpanMs = query.kind === 'sequence' ? query.maxSpan?.ms : undefined
  const message = shortLookBack(rule, maxSpanMs)
  if (message === undefined) return []
  return [
    {
      code: 'rule.maxspan-beyond-look-back',
      severity: 'warning',
      path: ['from'],
      at: 'value',
      message,
      help: 'let from reach back one interval and maxspan',
    },
  ]
}

function inQuery({ code, severity, message, span, help, patch }: Diagnostic): WireProblem {
  const said = { code, severity, message, path: ['query'], at: 'value' as const, within: span }
  return {
    ...said,
    ...(help === undefined ? {} : { help }),
    ...(patch === undefined ? {} : { patch }),
  }
}

function newTermsProblems(
  { from }: Rule,
  { historyWindowStart, newTermsFields }: NewTermsParams,
  { nowMs, fields }: RuleCheck,
): readonly WireProblem[] {
  const problems: WireProblem[] = []
  const historyMs = parseDateMath(historyWindowStart, { nowMs })
  const fromMs = parseDateMath(from, { nowMs })
  const wrongHistory = (code: string, message: string): void => {
    problems.push({ code, severity: 'error', path: ['history_window_start'], at: 'value', message })
  }
  if (historyMs === undefined) {
    const shown = JSON.stringify(historyWindowStart)
    const right = 'date math such as now-14d, or a date'
    wrongHistory('rule.not-a-time', `history_window_start is ${shown}; it must be ${right}`)
  } else if (fromMs !== undefined && historyMs >= fromMs) {
    wrongHistory(
      'rule.history-after-from',
      `history_window_start (${historyWindowStart}) is not before from (${from}): there would be no history to compare with`,
    )
  }
  if (newTermsFields.length < 1 || newTermsFields.length > 3) {
    const message = `new_terms_fields names ${newTermsFields.length} fields; it must name 1 to 3`
    const path = ['new_terms_fields']
    problems.push({ code: 'rule.wrong-count', severity: 'error', path, at: 'value', message })
  }
  const pathOf = (i: number) => ['new_terms_fields', i]
  return [...problems, ...termFieldProblems(newTermsFields, { fields, pathOf })]
}

function threatMatchProblems(params: ThreatMatchParams, check: RuleCheck): readonly WireProblem[] {
  const { threatQuery: query, threatLanguage: language = 'kuery' } = params
  const inThreatQuery = queryProblems({ query, language }, check).map((problem) => ({
    ...problem,
    path: [`threat_${problem.path.join('.')}`],
  }))
  const said: { readonly [key: string]: number | undefined } = {
    concurrent_searches: params.concurrentSearches,
    items_per_search: params.itemsPerSearch,
  }
  const has = (key: string): boolean => said[key] !== undefined
  const isPair = has('concurrent_searches') === has('items_per_search')
  return [
    ...inThreatQuery,
    ...threatMappingProblems(params.threatMapping, check.fields),
    ...(isPair ? [] : [unpaired('concurrent_searches', 'items_per_search', has)]),
  ]
}

function otherTypeProblems({ type }: OtherParams): readonly WireProblem[] {
  return [
    {
      code: 'rule.type-does-not-run',
      severity: 'warning',
      path: ['type'],
      at: 'value',
      message: `rules of type ${type} are kept, but do not run yet: this rule finds nothing`,
    },
  ]
}

function pairProblems(rule: Rule): readonly WireProblem[] {
  const said: { readonly [key: string]: string | undefined } = {
    timeline_id: rule.timelineId,
    timeline_title: rule.timelineTitle,
  }
  const has = (key: string): boolean => said[key] !== undefined
  const unpairedTimeline = has('timeline_id') !== has('timeline_title')
  return unpairedTimeline ? [unpaired('timeline_id', 'timeline_title', has)] : []
}

function unpaired(one: string, other: string, has: (key: string) => boolean): WireProblem {
  const [written, missing] = has(one) ? [one, other] : [other, one]
  return {
    code: 'rule.half-a-pair',
    severity: 'warning',
    path: [written],
    at: 'key',
    message: `${written} is written without ${missing}; they go together`,
  }
}
