import type { JsonObject, JsonValue } from '#base'
import type { ServerUnderTest } from '../server-under-test.ts'

/** A hit, as tests look at it. */
export interface ToldHit {
  readonly _id: string
  readonly _source: JsonObject
  readonly sort: readonly JsonValue[]
}

/** A bucket, as tests look at it. */
export interface ToldBucket {
  readonly key: JsonValue
  readonly doc_count: number
}

/** The result of an aggregation, as tests look at it. */
export interface ToldAggregation {
  readonly buckets: readonly ToldBucket[]
  readonly after_key?: JsonObject
  readonly sum_other_doc_count: number
  readonly doc_count: number
  readonly value: number | null
}

/** The names that tests give to aggregations. */
type AggregationName = 'first' | 'hosts' | 'none' | 'page' | 'tags' | 'times'

/** How an error is told. */
export interface ToldError {
  readonly type: string
  readonly reason: string
  readonly root_cause: readonly [{ readonly type: string }]
}

/** The answer of a search, as tests look at it: each looks at what it has asked for. */
export interface ToldSearch {
  readonly error: ToldError
  readonly hits: {
    readonly total: { readonly value: number; readonly relation: string }
    readonly max_score: number | null
    readonly hits: readonly ToldHit[]
    readonly events: readonly ToldHit[]
    readonly sequences: readonly {
      readonly join_keys?: readonly JsonValue[]
      readonly events: readonly ToldHit[]
    }[]
  }
  readonly aggregations: { readonly [name in AggregationName]: ToldAggregation }
  readonly _scroll_id: string
  readonly pit_id: string
  readonly responses: readonly (ToldSearch & { readonly status: number })[]
  readonly id: string
  readonly num_freed: number
  readonly count: number
}

/** Sends a request with a JSON body and gives the JSON of its answer; the type is the test's claim. */
export async function askJson<Told = ToldSearch>(
  at: ServerUnderTest,
  path: string,
  body?: JsonValue | string,
  method = 'POST',
): Promise<{ readonly status: number; readonly body: Told }> {
  const answer = await at.ask(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const told: Told = JSON.parse(await answer.text())
  return { status: answer.status, body: told }
}

/** Events as the body of a bulk request that creates them. */
export function bulkBody(
  events: readonly { readonly index: string; readonly id: string; readonly source: JsonObject }[],
): string {
  return events
    .flatMap(({ index, id, source }) => [{ create: { _index: index, _id: id } }, source])
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
}
