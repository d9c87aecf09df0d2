import type { JsonObject } from '#base'
import type { BulkItem, BulkRefusal } from './item.ts'

/** What became of one item, ready to be told. */
export interface BulkResult {
  readonly status: number
  readonly body: JsonObject
}

/** The answer for an event that was kept, or was there already word for word. */
export function keptResult(
  item: Pick<BulkItem, 'operation' | 'index'>,
  { id, result }: { readonly id: string; readonly result: 'created' | 'noop' },
): BulkResult {
  const status = result === 'created' ? 201 : 200
  return {
    status,
    body: {
      [item.operation]: {
        _index: item.index ?? '',
        _id: id,
        _version: 1,
        result,
        _shards: { total: 1, successful: 1, failed: 0 },
        status,
      },
    },
  }
}

/** The answer for an item that was not kept. */
export function refusedResult(refusal: Omit<BulkRefusal, 'kind'>): BulkResult {
  const { operation, index, id, status, type, reason } = refusal
  return {
    status,
    body: {
      [operation]: {
        _index: index ?? null,
        _id: id ?? null,
        status,
        error: { type, reason },
      },
    },
  }
}

/** The answer of a whole bulk request; `errors` and `items` stand side by side, as Fluent Bit looks for them. */
export function bulkAnswer(results: readonly BulkResult[], tookMs: number): JsonObject {
  return {
    took: tookMs,
    errors: results.some((result) => result.status >= 300),
    items: results.map((result) => result.body),
  }
}
