import type { JsonObject } from '#base'

/** A document with the version that guards its next write; versions start at 1. */
export interface Versioned<T> {
  readonly id: string
  readonly version: number
  readonly body: T
}

/** Value of an index key; documents without one are left out of searches by that key. */
export type KeyValue = string | number | undefined

/** A kind of document: its name, and the keys by which it can be found and sorted. */
export interface CollectionSpec<T extends JsonObject> {
  /** `[a-z][a-z0-9_]*`, stable for ever. */
  readonly name: string
  /** Key names `[a-z][a-z0-9_]*`; adding one to an existing collection re-reads it once at start. */
  readonly keys: { readonly [key: string]: (body: T) => KeyValue }
}

/** One condition on a key; several on one search are ANDed. */
export type KeyCondition =
  | { readonly key: string; readonly in: readonly (string | number)[] }
  | { readonly key: string; readonly from?: string | number; readonly to?: string | number }

/** What to find. */
export interface FindRequest {
  readonly where?: readonly KeyCondition[]
  /** Sort key (documents without it are left out) and direction; ties by id, in the same direction. Numbers come before texts. Default: by id, ascending. */
  readonly sort?: { readonly key: string; readonly direction: 'asc' | 'desc' }
  /** Default 100, at most 10,000. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly after?: string
}

/** One page. `next` is there when more may follow; stable while documents come and go. */
export interface Page<T> {
  readonly items: readonly Versioned<T>[]
  readonly next?: string
}

/** Small documents (rules, alerts, executions, settings). Every write that resolved is on stable storage. */
export interface Collection<T extends JsonObject> {
  get(id: string): Promise<Versioned<T> | undefined>
  /** Which of these ids exist, in chunks as large as the caller likes. */
  existing(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Creates each that is not there yet, all in one transaction; says which were created. */
  create(
    documents: readonly { readonly id: string; readonly body: T }[],
  ): Promise<readonly boolean[]>
  /** Writes one; with `ifVersion` only over that version (0: only when absent), else a `conflict` fault. */
  put(id: string, body: T, options?: { readonly ifVersion?: number }): Promise<Versioned<T>>
  /** Reads, changes and writes one, again and again until no one else wrote in between; undefined where absent. */
  update(id: string, change: (body: T) => T): Promise<Versioned<T> | undefined>
  delete(id: string): Promise<boolean>
  find(request?: FindRequest): Promise<Page<T>>
  count(where?: readonly KeyCondition[]): Promise<number>
}

/** Where documents rest. */
export interface DocumentStore {
  /** The same spec gives the same collection; two specs of one name are an error. */
  collection<T extends JsonObject>(spec: CollectionSpec<T>): Collection<T>
  close(): Promise<void>
}
