import { isJsonObject, type JsonValue } from '#base'
import type { Term } from '#detect'
import { compileRegexp } from '#query'
import { fieldValuesAt, keyMembers, termAt, type FieldValues } from '../field-values.ts'
import { integerAt, objectOf, textAt, unsupportedAt, wrongAt } from '../read/members.ts'
import type { Aggregation } from './aggregation.ts'
import { readOrder } from './bucket-order.ts'
import { openGroups } from './group.ts'

const members = [
  'field',
  'size',
  'order',
  'min_doc_count',
  'missing',
  'include',
  'exclude',
  // These change how fast Elasticsearch counts, and how exactly; here counts are exact.
  'shard_size',
  'shard_min_doc_count',
  'show_term_doc_count_error',
  'collect_mode',
  'execution_hint',
  'value_type',
]

/** One bucket for each value of a field, the commonest first unless an order says otherwise. Counts are exact. */
export const terms: Aggregation = {
  kind: 'terms',
  hasBuckets: true,
  read(value, { at, fields, budget, inner, innerNames }) {
    const body = objectOf(value, at, members)
    const values = fieldValuesAt(body['field'], `${at}.field`, fields)
    const size =
      body['size'] === undefined
        ? 10
        : integerAt(body['size'], `${at}.size`, { least: 1, most: 2 ** 31 - 1 })
    const least = leastAt(body['min_doc_count'], `${at}.min_doc_count`)
    const instead =
      body['missing'] === undefined ? undefined : termAt(body['missing'], `${at}.missing`, values)
    const isIncluded = testAt(body['include'], `${at}.include`, values) ?? (() => true)
    const isExcluded = testAt(body['exclude'], `${at}.exclude`, values) ?? (() => false)
    const compare = readOrder<Term>(body['order'], `${at}.order`, {
      compareKeys: (a, b) => values.compare(a, b),
      byDefault: { _count: 'desc' },
      innerNames,
    })
    return () => {
      const groups = openGroups<Term>(inner, budget)
      return {
        add(document) {
          const found = values.distinct(document)
          if (found.length === 0 && instead !== undefined) groups.add(instead, document)
          for (const term of found) {
            if (isIncluded(term) && !isExcluded(term)) groups.add(term, document)
          }
        },
        result() {
          const sorted = [...groups.byKey]
            .filter(([, { documents }]) => documents >= least)
            .map(([key, { documents, within }]) => ({
              key,
              documents,
              within,
              inner: innerNames.length === 0 || body['order'] === undefined ? {} : within.result(),
            }))
            .toSorted(compare)
          const told = sorted.slice(0, size)
          budget.buckets(told.length)
          return {
            doc_count_error_upper_bound: 0,
            sum_other_doc_count: sorted
              .slice(size)
              .reduce((sum, { documents }) => sum + documents, 0),
            buckets: told.map(({ key, documents, within }) => ({
              ...keyMembers(key, values.kind),
              doc_count: documents,
              ...within.result(),
            })),
          }
        },
      }
    }
  },
}

function leastAt(value: JsonValue | undefined, at: string): number {
  if (value === undefined) return 1
  const least = integerAt(value, at, { least: 0, most: 2 ** 31 - 1 })
  if (least > 0) return least
  throw unsupportedAt(at, '0 would tell values of documents that are not meant; ask for 1 or more')
}

/** A list of values, or a regular expression. */
function testAt(
  value: JsonValue | undefined,
  at: string,
  values: FieldValues,
): ((term: Term) => boolean) | undefined {
  if (value === undefined || value === null) return undefined
  if (isJsonObject(value))
    throw unsupportedAt(at, 'must be a list of values or a regular expression')
  if (Array.isArray(value)) {
    const wanted = new Set(value.map((each: JsonValue, i) => termAt(each, `${at}[${i}]`, values)))
    return (term) => wanted.has(term)
  }
  const compiled = compileRegexp(textAt(value, at))
  if (!compiled.ok) throw wrongAt(at, compiled.error.message)
  return (term) => compiled.value(String(term))
}
