import { hitOf, type HitShape } from '../hit.ts'
import { flagAt, integerAt, objectOf } from '../read/members.ts'
import { readSort } from '../read/sort.ts'
import { readSourceFilter, readWantedFields } from '../read/source-filter.ts'
import { topDocuments } from '../top-documents.ts'
import type { Aggregation } from './aggregation.ts'

const members = [
  'from',
  'size',
  'sort',
  '_source',
  'fields',
  'docvalue_fields',
  'version',
  'seq_no_primary_term',
]

/** The first documents of a bucket, by a sort; in the order of arrival without one. */
export const topHits: Aggregation = {
  kind: 'top_hits',
  hasBuckets: false,
  read(value, { at, fields, budget }) {
    const body = objectOf(value, at, members)
    const from =
      body['from'] === undefined
        ? 0
        : integerAt(body['from'], `${at}.from`, { least: 0, most: 100 })
    const size =
      body['size'] === undefined
        ? 3
        : integerAt(body['size'], `${at}.size`, { least: 0, most: 100 })
    const keys = readSort(body['sort'], `${at}.sort`, fields)
    const flag = (name: string) => body[name] !== undefined && flagAt(body[name], `${at}.${name}`)
    const shape: HitShape = {
      source: readSourceFilter(body['_source'], `${at}._source`),
      fields: [
        ...readWantedFields(body['fields'], `${at}.fields`),
        ...readWantedFields(body['docvalue_fields'], `${at}.docvalue_fields`),
      ],
      catalogue: fields,
      sort: keys,
      withScore: keys.length === 0,
      withVersion: flag('version'),
      withSequence: flag('seq_no_primary_term'),
    }
    return () => {
      const top = topDocuments({ keys, limit: from + size, budget })
      let documents = 0
      return {
        add(document) {
          documents++
          top.offer(document)
        },
        result: () => ({
          hits: {
            total: { value: documents, relation: 'eq' },
            max_score: shape.withScore && documents > 0 ? 1 : null,
            hits: top
              .taken()
              .slice(from)
              .map((each) => hitOf(each, shape)),
          },
        }),
      }
    }
  },
}
