import { fieldValuesAt } from '../field-values.ts'
import { integerAt, objectOf, wrongAt } from '../read/members.ts'
import type { Aggregation } from './aggregation.ts'
import { filledBuckets } from './filled-buckets.ts'
import { openGroups } from './group.ts'
import { readNumberRounding } from './number-rounding.ts'

/** Documents by a number, in buckets of one width; empty ones between others are told too. */
export const histogram: Aggregation = {
  kind: 'histogram',
  hasBuckets: true,
  read(value, { at, fields, budget, inner }) {
    const body = objectOf(value, at, ['field', 'interval', 'offset', 'min_doc_count'])
    const values = fieldValuesAt(body['field'], `${at}.field`, fields)
    if (values.kind === 'text') throw wrongAt(`${at}.field`, `[${values.name}] is no number`)
    const { interval, startOf } = readNumberRounding(body, at)
    const least =
      body['min_doc_count'] === undefined
        ? 0
        : integerAt(body['min_doc_count'], `${at}.min_doc_count`, { least: 0, most: 2 ** 31 - 1 })
    // By the count of buckets and not by adding up, so that no error adds up either.
    const row = { least, next: (key: number) => startOf(key + interval * 1.5) }
    return () => {
      const groups = openGroups<number>(inner, budget)
      return {
        add(document) {
          const keys = new Set<number>()
          for (const term of values.distinct(document)) {
            if (typeof term !== 'string') keys.add(startOf(Number(term)))
          }
          for (const key of keys) groups.add(key, document)
        },
        result: () => ({
          buckets: filledBuckets(groups.byKey, row, { inner, budget }).map(([key, told]) => ({
            key,
            ...told,
          })),
        }),
      }
    }
  },
}
