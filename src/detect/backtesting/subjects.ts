import { parseDuration, type Diagnostic } from '#base'
import { compileIndexPatterns, ecsCatalogue, type FieldCatalogue, type IndexFilter } from '#event'
import { compileFilter, esqlReadingToo, type Matcher } from '#query'
import type { InstalledRule, Rule } from '#rule'
import type { TimeFields } from '#store'
import { timeFieldsOf } from '../execution/event-time.ts'
import type { RunnableRule } from '../rule-type.ts'
import { compileRule } from '../rule-types.ts'
import { builtInUuid } from '../rules.ts'

/** The index of events that name none: every rule reads it. */
export const namelessIndex = 'backtest'

/** What rules read that name no index, besides {@link namelessIndex}. */
export const defaultIndices: readonly string[] = ['logs-*', namelessIndex]

/** What rules read that name a data view: which indices it has is not known here. */
export const dataViewIndices: readonly string[] = ['*', '-.*']

/** One rule of a backtest. */
export interface Subject {
  /** The rule as it is executed: it reads {@link namelessIndex} too. */
  readonly installed: InstalledRule
  readonly runnable: RunnableRule
  readonly intervalMs: number
  readonly time: TimeFields
  readonly reads: IndexFilter
  /** Query and filters. */
  readonly passes: Matcher
  /**
   * The same where what the rule type sees, history included, passes it, and a window without such
   * an event holds nothing. Undefined where that cannot be relied on: then every event is kept and every
   * window is read.
   */
  readonly matches: Matcher | undefined
}

/** A rule that cannot be backtested, and why. */
export interface UnusableRule {
  readonly rule: Rule
  readonly diagnostics: readonly Diagnostic[]
}

/** Types that read nothing but the events which pass their filter. */
const seesOnlyItsFilter: ReadonlySet<string> = new Set([
  'query',
  'saved_query',
  'threshold',
  'new_terms',
  'eql',
])

/** Makes a rule ready. `installed` is the same rule as a data directory holds it: its identity and its exception lists count. */
export function subjectOf(
  rule: Rule,
  {
    nowMs,
    installed,
    fields = ecsCatalogue(),
  }: {
    readonly nowMs: number
    readonly installed: InstalledRule | undefined
    /** The fields that queries may name. Default: ECS and endpoint fields. */
    readonly fields?: FieldCatalogue
  },
): Subject | UnusableRule {
  const runnable = compileRule(rule, fields)
  if (!runnable.ok) return { rule, diagnostics: runnable.error }
  const intervalMs = parseDuration(rule.interval)
  if (intervalMs === undefined || intervalMs === 0) {
    return { rule, diagnostics: [plain(`interval ${rule.interval} is no duration`)] }
  }
  const { params } = rule
  if (params.type === 'saved_query' && params.query === undefined) {
    const message = `saved query ${params.savedId} lies in an installation; a backtest knows the queries that rules say themselves`
    return { rule, diagnostics: [plain(message)] }
  }
  const { filter, source } = runnable.value
  const patterns =
    source.index ?? (source.dataViewId === undefined ? defaultIndices : dataViewIndices)
  const reads = compileIndexPatterns([...patterns, namelessIndex])
  const isPlain =
    seesOnlyItsFilter.has(rule.params.type) && !alertIndices.some(reads) && !asksForNow(filter)
  const passes = compileFilter(filter, { fields, nowMs })
  return {
    installed: asInstalled(withNameless(rule), nowMs, installed),
    runnable: runnable.value,
    intervalMs,
    time: timeFieldsOf(rule),
    reads,
    passes,
    matches: isPlain ? passes : undefined,
  }
}

/** Alerts are made while the rule runs: no event tells beforehand what it will read. */
const alertIndices = [
  '.alerts-security.alerts-default',
  '.internal.alerts-security.alerts-default-000001',
]

/** Whether some value could be date math: such a filter means something else in each execution. */
function asksForNow(filter: RunnableRule['filter']): boolean {
  return JSON.stringify(filter).includes('"now')
}

function withNameless(rule: Rule): Rule {
  const { params } = rule
  if (params.type === 'esql') {
    const query = esqlReadingToo(params.query, namelessIndex)
    return { ...rule, params: { ...params, query } }
  }
  if (!('index' in params) || params.index === undefined) return rule
  return { ...rule, params: { ...params, index: [...params.index, namelessIndex] } }
}

function asInstalled(rule: Rule, nowMs: number, before: InstalledRule | undefined): InstalledRule {
  const at = new Date(nowMs).toISOString()
  if (before !== undefined) {
    const lists = [...rule.exceptionsList, ...before.rule.exceptionsList]
    const byId = new Map(lists.map((list) => [list.listId, list]))
    return { ...before, rule: { ...rule, exceptionsList: [...byId.values()] } }
  }
  return {
    uuid: builtInUuid(rule.ruleId),
    rule,
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'backtest',
    updatedAt: at,
    updatedBy: 'backtest',
  }
}

function plain(message: string): Diagnostic {
  return { code: 'backtest.cannot-run', severity: 'error', message, span: { start: 0, end: 0 } }
}
