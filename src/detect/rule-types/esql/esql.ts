import { err, ok, type Result, type Diagnostic } from '#base'
import { prepareEsql, type EsqlPlan } from '#query'
import type { RuleType } from '../../rule-type.ts'
import { earlyRows } from './early-rows.ts'
import { esqlCandidates } from './esql-candidates.ts'

/** Each row of the answer to an ES|QL query. */
export const esql: RuleType = {
  id: 'esql',
  title: 'ES|QL',
  compile({ params }, fields) {
    if (params.type !== 'esql') return err([])
    const { query, alertSuppression: suppression } = params
    // What NOW() is changes from one execution to the next, and with it nothing but values.
    const prepare = (nowMs: number) => prepareEsql(query, { nowMs, fields })
    const plan = readable(prepare(0))
    if (!plan.ok) return plan
    const { indices, filter, isRowByRow } = plan.value
    return ok({
      source: { index: indices, filters: [] },
      filter,
      ...(suppression === undefined ? {} : { suppression }),
      suppressionManner: 'in-memory',
      readsDocuments: false,
      guardsAgainstLoops: true,
      ...(isRowByRow
        ? { earlyAnswers: (nowMs: number) => earlyRows(expectPlan(prepare(nowMs))) }
        : { holdsMuch: true }),
      async *candidates(search) {
        search.noteSearch('esql')
        yield* esqlCandidates(expectPlan(prepare(search.context.nowMs)), search)
      },
    })
  },
}

/** A rule reads indices. */
function readable(
  plan: Result<EsqlPlan, readonly Diagnostic[]>,
): Result<EsqlPlan, readonly Diagnostic[]> {
  if (!plan.ok || plan.value.indices.length > 0) return plan
  const message = 'a rule must read events: begin the query by FROM and the names of indices'
  return err([{ code: 'esql.no-indices', severity: 'error', message, span: { start: 0, end: 3 } }])
}

/** A query that could be prepared once can be prepared again: only the time differs. */
function expectPlan(plan: Result<EsqlPlan, readonly Diagnostic[]>): EsqlPlan {
  if (plan.ok) return plan.value
  throw new Error(plan.error.map(({ message }) => message).join('; '))
}
