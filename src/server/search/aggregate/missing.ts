import { fieldValuesAt } from '../field-values.ts'
import { objectOf } from '../read/members.ts'
import type { Aggregation } from './aggregation.ts'

/** The documents that have no value of a field. */
export const missing: Aggregation = {
  kind: 'missing',
  hasBuckets: true,
  read(value, { at, fields, inner }) {
    const body = objectOf(value, at, ['field'])
    const values = fieldValuesAt(body['field'], `${at}.field`, fields)
    return () => {
      const within = inner()
      let documents = 0
      return {
        add(document) {
          if (values.distinct(document).length > 0) return
          documents++
          within.add(document)
        },
        result: () => ({ doc_count: documents, ...within.result() }),
      }
    }
  },
}
