import { err, ok, parseDateMath, type Diagnostic } from '#base'
import type { FieldCatalogue } from '#event'
import type { NewTermsParams, Rule } from '#rule'
import { termFieldOf, type TermField } from '../../first-seen/term.ts'
import type { RuleType } from '../../rule-type.ts'
import { existing } from '../existing.ts'
import { ruleFilterOf } from '../rule-filter.ts'
import { earlyNewTerms } from './early-new-terms.ts'
import { newTermsCandidates } from './new-terms-candidates.ts'

/** Values, or combinations of up to three fields' values, that history has not seen. */
export const newTerms: RuleType = {
  id: 'new_terms',
  title: 'New Terms',
  compile(rule, fields) {
    const { params } = rule
    if (params.type !== 'new_terms') return err([problem('type', `not a new_terms rule`)])
    const filter = ruleFilterOf(params)
    const terms = termFieldsOf(params, fields)
    const problems = [...(filter.ok ? [] : filter.error), ...terms.problems]
    if (!filter.ok || problems.length > 0) return err(problems)
    const question = { params, fields: terms.fields }
    return ok({
      source: params,
      filter: filter.value,
      ...(params.alertSuppression === undefined ? {} : { suppression: params.alertSuppression }),
      suppressionManner: 'in-memory',
      readsDocuments: false,
      guardsAgainstLoops: false,
      needs: [{ kind: 'and', of: [filter.value, ...params.newTermsFields.map(existing)] }],
      historyStartMs: (endMs) => parseDateMath(params.historyWindowStart, { nowMs: endMs }),
      problemAt: (nowMs) => historyProblem(rule, params, nowMs),
      candidates: (search) => newTermsCandidates(search, question),
      earlyAnswers: () => earlyNewTerms(question),
    })
  },
}

function termFieldsOf(
  { newTermsFields }: NewTermsParams,
  fields: FieldCatalogue,
): { readonly fields: readonly TermField[]; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = []
  if (newTermsFields.length < 1 || newTermsFields.length > 3) {
    const message = `new_terms_fields has ${newTermsFields.length} fields; it must have one, two or three`
    problems.push(problem('new_terms_fields', message))
  }
  const found: TermField[] = []
  for (const name of newTermsFields) {
    const field = termFieldOf(name, fields)
    if (typeof field === 'string') {
      problems.push(problem('new_terms_fields', `new_terms_fields: ${field}`))
    } else found.push(field)
  }
  return { fields: found, problems }
}

/** Why the history window cannot be used at this time: unreadable, or not before what the rule reads. */
function historyProblem(
  rule: Rule,
  { historyWindowStart }: NewTermsParams,
  nowMs: number,
): string | undefined {
  const startMs = parseDateMath(historyWindowStart, { nowMs })
  const fromMs = parseDateMath(rule.from, { nowMs })
  if (startMs === undefined) {
    return `history_window_start [${historyWindowStart}] is neither date math nor a date`
  }
  if (fromMs === undefined) return `from [${rule.from}] is neither date math nor a date`
  if (startMs < fromMs) return undefined
  return `history_window_start [${historyWindowStart}] must lie before from [${rule.from}], so that there is a history to compare with`
}

function problem(origin: string, message: string): Diagnostic {
  const code = `new-terms.${origin.replaceAll('_', '-')}`
  return { code, severity: 'error', message, span: { start: 0, end: 0 }, origin }
}
