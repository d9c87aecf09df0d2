import { compileRule, eventMsOf, ownWindowOf, timeFieldsOf, type RunnableRule } from '#detect'
import { compileIndexPatterns, valuesOf, type EventDocument } from '#event'
import { compileFilter, formatKuery, planFields, type FilterPlan } from '#query'
import type { Rule, RuleTest } from '#rule'
import { installedFields } from '../installed-fields.ts'
import { shown } from '../terminal.ts'

/** Events explained at most: a test that has more is about their number. */
const maxExplained = 5

/**
 * Why the events of a test made no alert, a line an event: where the rule does not read, when it does not
 * look, which clauses of its query the event fails and what it has instead. Empty where it is not the query.
 */
export function explainSilence(rule: Rule, test: RuleTest): readonly string[] {
  const runnable = compileRule(rule, installedFields())
  if (!runnable.ok) return []
  return test.events
    .slice(0, maxExplained)
    .map((event) => `event ${shown(event.id)} ${reasonOf(event, rule, runnable.value, test)}`)
}

function reasonOf(
  { index, source }: EventDocument,
  rule: Rule,
  { filter, needs, source: reads }: RunnableRule,
  { nowMs }: RuleTest,
): string {
  const patterns = reads.index ?? ['logs-*']
  if (reads.dataViewId === undefined && !compileIndexPatterns(patterns)(index)) {
    return `is in ${shown(index)}, which the rule does not read (${shown(patterns.join(', '))})`
  }
  const window = ownWindowOf(rule, nowMs)
  const eventMs = eventMsOf(source, timeFieldsOf(rule))
  if (eventMs === undefined) return 'has no time that the rule could place it by'
  if (window.ok && (eventMs < window.value.fromMs || eventMs > window.value.toMs)) {
    return `is at ${iso(eventMs)}, outside the window ${iso(window.value.fromMs)} to ${iso(window.value.toMs)}`
  }
  const context = { fields: installedFields(), nowMs }
  // Of several filters, as the stages of a sequence have, the event was meant for the nearest.
  const [failed = []] = (needs ?? [filter])
    .map((need) => clausesOf(need).filter((clause) => !compileFilter(clause, context)(source)))
    .toSorted((a, b) => a.length - b.length)
  if (failed.length === 0) {
    return `passes the query; as ${rule.params.type} the rule made no such alert of it`
  }
  return `fails ${failed.map((clause) => `${shown(formatKuery(clause))} (${instead(clause, source)})`).join(' and ')}`
}

function clausesOf(plan: FilterPlan): readonly FilterPlan[] {
  return plan.kind === 'and' ? plan.of.flatMap(clausesOf) : [plan]
}

function instead(clause: FilterPlan, source: EventDocument['source']): string {
  const had = planFields(clause).map((name) => {
    const values = valuesOf(source, name)
    return values.length === 0 ? `no ${name}` : `${name} is ${shown(values)}`
  })
  return had.length === 0 ? 'nothing has it' : shown(had.join(', '))
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
