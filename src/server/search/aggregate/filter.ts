import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { compileDocumentFilter } from '#detect'
import type { FoundDocument } from '../found-document.ts'
import { flagAt, listAt, objectAt, objectOf, textAt, wrongAt } from '../read/members.ts'
import { filterAt } from '../read/query.ts'
import type { Aggregation, AggregationReading, OpenTally } from './aggregation.ts'

type DocumentTest = (document: FoundDocument) => boolean

/** The documents that a query means. */
export const filter: Aggregation = {
  kind: 'filter',
  hasBuckets: true,
  read(value, reading) {
    const matches = testOf(value, reading.at, reading)
    return () => {
      const bucket = openBucket(reading.inner)
      return {
        add(document) {
          if (matches(document)) bucket.add(document)
        },
        result: bucket.result,
      }
    }
  },
}

/** One bucket for each of several queries, and one for what none of them means where that is asked for. */
export const filters: Aggregation = {
  kind: 'filters',
  hasBuckets: true,
  read(value, reading) {
    const { at, budget, inner } = reading
    const body = objectOf(value, at, ['filters', 'other_bucket', 'other_bucket_key', 'keyed'])
    const named = namedTests(body['filters'] ?? null, reading)
    const otherKey =
      body['other_bucket_key'] === undefined
        ? undefined
        : textAt(body['other_bucket_key'], `${at}.other_bucket_key`)
    const other = body['other_bucket']
    const hasOther =
      otherKey !== undefined || (other !== undefined && flagAt(other, `${at}.other_bucket`))
    const isKeyed = isJsonObject(body['filters']) && body['keyed'] !== false
    return () => {
      const buckets = named.map(({ name, matches }) => ({
        name,
        matches,
        bucket: openBucket(inner),
      }))
      const rest = openBucket(inner)
      return {
        add(document) {
          let isMet = false
          for (const { matches, bucket } of buckets) {
            if (!matches(document)) continue
            isMet = true
            bucket.add(document)
          }
          if (!isMet && hasOther) rest.add(document)
        },
        result() {
          const told: (readonly [string, JsonObject])[] = buckets.map(({ name, bucket }) => [
            name,
            bucket.result(),
          ])
          if (hasOther) told.push([otherKey ?? '_other_', rest.result()])
          budget.buckets(told.length)
          if (isKeyed) return { buckets: Object.fromEntries(told) }
          const isNamed = isJsonObject(body['filters'])
          return { buckets: told.map(([key, bucket]) => (isNamed ? { key, ...bucket } : bucket)) }
        },
      }
    }
  },
}

function namedTests(value: JsonValue, reading: AggregationReading) {
  const at = `${reading.at}.filters`
  const entries = Array.isArray(value)
    ? listAt(value).map((query, position) => [String(position), query] as const)
    : Object.entries(objectAt(value, at))
  if (entries.length === 0) throw wrongAt(at, 'needs at least one query')
  return entries.map(([name, query]) => ({
    name,
    matches: testOf(query, `${at}.${name}`, reading),
  }))
}

function testOf(query: JsonValue, at: string, { fields, nowMs }: AggregationReading): DocumentTest {
  return compileDocumentFilter(filterAt(query, at, fields), { fields, nowMs })
}

function openBucket(inner: OpenTally) {
  const within = inner()
  let documents = 0
  return {
    add(document: FoundDocument): void {
      documents++
      within.add(document)
    },
    result: (): JsonObject => ({ doc_count: documents, ...within.result() }),
  }
}
