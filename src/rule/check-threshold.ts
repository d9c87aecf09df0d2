import type { FieldCatalogue } from '#event'
import { termFieldProblems } from './check-term-fields.ts'
import type { Threshold } from './rule.ts'
import type { WireProblem } from './wire/member-path.ts'

/** A threshold rule counts by so many fields at most. */
export const maxThresholdFields = 5

/** What is wrong or doubtful about what a threshold rule counts. */
export function thresholdProblems(
  { field, fieldAsText, cardinality = [] }: Threshold,
  fields: FieldCatalogue | undefined,
): readonly WireProblem[] {
  const [distinct, ...others] = cardinality
  return [
    ...(field.length > maxThresholdFields ? [tooManyFields(field.length)] : []),
    ...termFieldProblems(field, {
      fields,
      pathOf: (i) => ['threshold', 'field', ...(fieldAsText === true ? [] : [i])],
    }),
    ...(distinct === undefined ? [] : distinctProblems(distinct.field, field, fields)),
    ...(others.length > 0 ? [unusedCardinality(cardinality.length)] : []),
  ]
}

function distinctProblems(
  name: string,
  groupedBy: readonly string[],
  fields: FieldCatalogue | undefined,
): readonly WireProblem[] {
  const path = ['threshold', 'cardinality', 0, 'field']
  const problems = termFieldProblems([name], { fields, pathOf: () => path })
  if (!groupedBy.includes(name)) return problems
  const code = 'rule.counted-by-its-group'
  const message = `${name} groups the events, so each group has one value of it; count the values of another field`
  return [...problems, { code, severity: 'error', path, at: 'value', message }]
}

function tooManyFields(count: number): WireProblem {
  return {
    code: 'rule.wrong-count',
    severity: 'error',
    path: ['threshold', 'field'],
    at: 'value',
    message: `threshold.field names ${count} fields; it may name up to ${maxThresholdFields}`,
  }
}

function unusedCardinality(count: number): WireProblem {
  return {
    code: 'rule.cardinality-unused',
    severity: 'warning',
    path: ['threshold', 'cardinality', 1],
    at: 'value',
    message: `threshold.cardinality has ${count} entries; only the first counts`,
  }
}
