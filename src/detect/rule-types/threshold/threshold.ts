import { err, ok, type Diagnostic } from '#base'
import type { FieldCatalogue } from '#event'
import { maxThresholdFields, type AlertSuppression, type ThresholdParams } from '#rule'
import { termFieldOf, type TermField } from '../../first-seen/term.ts'
import type { RuleType } from '../../rule-type.ts'
import { existing } from '../existing.ts'
import { ruleFilterOf } from '../rule-filter.ts'
import type { ThresholdQuestion } from './buckets-in.ts'
import { thresholdCandidates } from './threshold-candidates.ts'

/** So many events of one group, or so many distinct values in them, within one window. */
export const threshold: RuleType = {
  id: 'threshold',
  title: 'Threshold',
  compile({ params }, fields) {
    if (params.type !== 'threshold') return err([])
    const filter = ruleFilterOf(params)
    const { question, problems } = questionOf(params, fields)
    if (!filter.ok || problems.length > 0) {
      return err([...(filter.ok ? [] : filter.error), ...problems])
    }
    const suppression = suppressionOf(params)
    return ok({
      source: params,
      filter: filter.value,
      ...(suppression === undefined ? {} : { suppression }),
      suppressionManner: 'by-rule-type',
      readsDocuments: false,
      guardsAgainstLoops: true,
      needs: [{ kind: 'and', of: [filter.value, ...countedFields(params).map(existing)] }],
      holdsMuch: true,
      candidates: (search) => thresholdCandidates(search, question),
      // A group's alert tells its count and its last event, which the window's end alone decides.
    })
  },
}

/** The fields that an event must have to be counted, and to count as distinct where that is asked for. */
function countedFields({
  threshold: { field, cardinality = [] },
}: ThresholdParams): readonly string[] {
  const [distinct] = cardinality
  return distinct === undefined || distinct.value < 1 ? field : [...field, distinct.field]
}

function questionOf(
  { threshold: { field, value, cardinality = [] } }: ThresholdParams,
  fields: FieldCatalogue,
): { readonly question: ThresholdQuestion; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = []
  if (field.length > maxThresholdFields) {
    const message = `threshold.field names ${field.length} fields; it may name up to ${maxThresholdFields}`
    problems.push(problem('threshold.field', message))
  }
  const read = (name: string, origin: string): readonly TermField[] => {
    const found = termFieldOf(name, fields)
    if (typeof found !== 'string') return [found]
    problems.push(problem(origin, `${origin}: ${found}`))
    return []
  }
  const [distinct] = cardinality
  const [distinctField] =
    distinct === undefined ? [] : read(distinct.field, 'threshold.cardinality')
  const question = {
    fields: field.flatMap((name) => read(name, 'threshold.field')),
    atLeast: value,
    ...(distinct === undefined || distinctField === undefined
      ? {}
      : { distinct: { field: distinctField, atLeast: distinct.value } }),
  }
  return { question, problems }
}

function problem(origin: string, message: string): Diagnostic {
  return { code: origin, severity: 'error', message, span: { start: 0, end: 0 }, origin }
}

/** Like alerts are those of one group. */
function suppressionOf(params: ThresholdParams): AlertSuppression | undefined {
  const { alertSuppression, threshold: counted } = params
  if (alertSuppression === undefined) return undefined
  return {
    groupBy: counted.field,
    durationMs: alertSuppression.durationMs,
    missingFieldsStrategy: 'suppress',
  }
}
