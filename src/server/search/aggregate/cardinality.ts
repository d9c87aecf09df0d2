import { fieldValuesAt } from '../field-values.ts'
import { objectOf } from '../read/members.ts'
import type { Aggregation } from './aggregation.ts'

/** How many different values a field has; exactly, whatever precision is asked for. */
export const cardinality: Aggregation = {
  kind: 'cardinality',
  hasBuckets: false,
  read(value, { at, fields, budget }) {
    const body = objectOf(value, at, ['field', 'precision_threshold', 'execution_hint'])
    const values = fieldValuesAt(body['field'], `${at}.field`, fields)
    return () => {
      const found = new Set<unknown>()
      return {
        add(document) {
          for (const term of values.distinct(document)) {
            if (found.has(term)) continue
            budget.value()
            found.add(term)
          }
        },
        result: () => ({ value: found.size }),
      }
    }
  },
}
