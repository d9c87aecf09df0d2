import { isJsonObject, parseDateMath, type JsonValue } from '#base'
import { fieldValuesAt, termAt } from '../field-values.ts'
import { flagAt, integerAt, objectOf, unsupportedAt, wrongAt } from '../read/members.ts'
import type { Aggregation, AggregationReading } from './aggregation.ts'
import { readOrder } from './bucket-order.ts'
import { filledBuckets } from './filled-buckets.ts'
import { openGroups } from './group.ts'
import { readRounding, roundingMembers } from './rounding.ts'

const members = [
  'field',
  'min_doc_count',
  'missing',
  'extended_bounds',
  'hard_bounds',
  'keyed',
  'order',
  ...roundingMembers,
]

/** Documents by time, in buckets of a fixed length or of the calendar; empty ones between others are told too. */
export const dateHistogram: Aggregation = {
  kind: 'date_histogram',
  hasBuckets: true,
  read(value, reading) {
    const { at, fields, budget, inner, innerNames } = reading
    const body = objectOf(value, at, members)
    const values = fieldValuesAt(body['field'], `${at}.field`, fields)
    if (values.kind !== 'date') {
      throw wrongAt(`${at}.field`, `[${values.name}] is no date`)
    }
    const rounding = readRounding(body, at)
    const least =
      body['min_doc_count'] === undefined
        ? 0
        : integerAt(body['min_doc_count'], `${at}.min_doc_count`, { least: 0, most: 2 ** 31 - 1 })
    const extended = boundsAt(body['extended_bounds'], `${at}.extended_bounds`, reading)
    const hard = boundsAt(body['hard_bounds'], `${at}.hard_bounds`, reading)
    const instead =
      body['missing'] === undefined ? undefined : termAt(body['missing'], `${at}.missing`, values)
    const isKeyed = body['keyed'] !== undefined && flagAt(body['keyed'], `${at}.keyed`)
    const compare = readOrder<number>(body['order'], `${at}.order`, {
      compareKeys: (a, b) => a - b,
      byDefault: { _key: 'asc' },
      innerNames,
    })
    const row = {
      least,
      next: (key: number) => rounding.next(key),
      extended: extended && {
        from: rounding.startOf(extended.from),
        to: rounding.startOf(extended.to),
      },
    }
    return () => {
      const groups = openGroups<number>(inner, budget)
      return {
        add(document) {
          const found = values.distinct(document)
          const times = found.length === 0 && instead !== undefined ? [instead] : found
          const keys = new Set<number>()
          for (const time of times) {
            if (typeof time !== 'number') continue
            if (hard !== undefined && (time < hard.from || time > hard.to)) continue
            keys.add(rounding.startOf(time))
          }
          for (const key of keys) groups.add(key, document)
        },
        result() {
          const sorted = filledBuckets(groups.byKey, row, { inner, budget })
            .map(([key, told]) => ({
              key,
              told,
              inner: told,
              documents: Number(told['doc_count']),
            }))
            .toSorted(compare)
          const buckets = sorted.map(({ key, told }) => ({
            key_as_string: rounding.textOf(key),
            key,
            ...told,
          }))
          return {
            buckets: isKeyed
              ? Object.fromEntries(buckets.map((bucket) => [bucket.key_as_string, bucket]))
              : buckets,
          }
        },
      }
    }
  },
}

function boundsAt(value: JsonValue | undefined, at: string, { nowMs }: AggregationReading) {
  if (value === undefined || value === null) return undefined
  if (!isJsonObject(value)) throw wrongAt(at, 'must have a min and a max')
  const read = (end: 'min' | 'max') => {
    const stated = value[end]
    if (stated === undefined || stated === null) throw unsupportedAt(at, `needs a ${end}`)
    const ms = parseDateMath(String(stated), { nowMs, rounding: end === 'max' ? 'up' : 'down' })
    if (ms === undefined) throw wrongAt(`${at}.${end}`, `${JSON.stringify(stated)} is no date`)
    return ms
  }
  return { from: read('min'), to: read('max') }
}
