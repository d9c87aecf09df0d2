import type { Arrival } from '../arrival.ts'

/** What an action line may ask for. */
export type BulkOperation = 'create' | 'index' | 'update' | 'delete'

/** An event that a bulk request asks to keep. */
export interface BulkWrite {
  readonly kind: 'write'
  readonly operation: 'create' | 'index'
  readonly index: string
  readonly id: string | undefined
  readonly arrival: Arrival
  /** Bytes of its text, for keeping batches bounded. */
  readonly size: number
}

/** An item that cannot be kept, and why, in the words of Elasticsearch where it has some. */
export interface BulkRefusal {
  readonly kind: 'refused'
  readonly operation: BulkOperation
  readonly index: string | undefined
  readonly id: string | undefined
  readonly status: number
  readonly type: string
  readonly reason: string
}

/** One item of a bulk request, in its order. */
export type BulkItem = BulkWrite | BulkRefusal
