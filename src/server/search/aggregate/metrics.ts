import type { JsonObject, JsonValue } from '#base'
import { fieldValuesAt, termAt, type FieldValues } from '../field-values.ts'
import type { FoundDocument } from '../found-document.ts'
import { objectOf, wrongAt } from '../read/members.ts'
import type { Aggregation, AggregationReading } from './aggregation.ts'

/** What the numbers of a field come to. */
interface Numbers {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

/** The smallest number of a field; of dates also as text. */
export const min = metric('min', ({ count, min: least }, values) => valueOf(count, least, values))
/** The greatest number of a field. */
export const max = metric('max', ({ count, max: most }, values) => valueOf(count, most, values))
/** The mean of the numbers of a field. */
export const avg = metric('avg', ({ count, sum: total }, values) =>
  valueOf(count, total / count, values),
)
/** All numbers of a field together; 0 where there are none. */
export const sum = metric('sum', ({ sum: total }) => ({ value: total }))
/** All of these at once. */
export const stats = metric('stats', ({ count, min: least, max: most, sum: total }) => ({
  count,
  min: count === 0 ? null : least,
  max: count === 0 ? null : most,
  avg: count === 0 ? null : total / count,
  sum: total,
}))

/** How many values a field has, in all documents. */
export const valueCount: Aggregation = {
  kind: 'value_count',
  hasBuckets: false,
  read(value, reading) {
    const { read } = metricField(value, reading)
    return () => {
      let count = 0
      return {
        add(document) {
          count += read(document).length
        },
        result: () => ({ value: count }),
      }
    }
  },
}

function valueOf(count: number, value: number, { kind }: FieldValues): JsonObject {
  if (count === 0) return { value: null }
  const isDate = kind === 'date' && Math.abs(value) <= 8.64e15
  return { value, ...(isDate && { value_as_string: new Date(value).toISOString() }) }
}

function metric(
  kind: string,
  told: (numbers: Numbers, values: FieldValues) => JsonObject,
): Aggregation {
  return {
    kind,
    hasBuckets: false,
    read(value, reading) {
      const { values, read } = metricField(value, reading)
      if (values.kind === 'text') {
        throw wrongAt(
          `${reading.at}.field`,
          `[${values.name}] holds texts, and [${kind}] is for numbers, dates and booleans`,
        )
      }
      return () => {
        const numbers = openNumbers()
        return {
          add(document) {
            for (const term of read(document))
              if (typeof term !== 'string') numbers.add(Number(term))
          },
          result: () => told(numbers.taken(), values),
        }
      }
    },
  }
}

function metricField(value: JsonValue, { at, fields }: AggregationReading) {
  const body = objectOf(value, at, ['field', 'missing', 'format'])
  const values = fieldValuesAt(body['field'], `${at}.field`, fields)
  const stated = body['missing']
  if (stated === undefined)
    return { values, read: (document: FoundDocument) => values.all(document) }
  const instead = [termAt(stated, `${at}.missing`, values)]
  const read = (document: FoundDocument) => {
    const found = values.all(document)
    return found.length === 0 ? instead : found
  }
  return { values, read }
}

/** Adds with the error carried along, so that the sum does not depend on what came first. */
function openNumbers() {
  let [count, total, carried, least, most] = [0, 0, 0, Infinity, -Infinity]
  return {
    add(number: number): void {
      count++
      const corrected = number - carried
      const next = total + corrected
      carried = next - total - corrected
      total = next
      least = Math.min(least, number)
      most = Math.max(most, number)
    },
    taken: (): Numbers => ({ count, sum: total, min: least, max: most }),
  }
}
