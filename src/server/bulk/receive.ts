import { canonicalJson, Fault, messageOf, type Clock } from '#base'
import type { EventSource } from '#event'
import type { AppendOutcome, EventStore } from '#store'
import { sourceOf } from '../arrival.ts'
import type { Caller } from '../auth/caller.ts'
import { withoutIngestTime } from '../ingest-time.ts'
import type { Ingest } from '../ingest.ts'
import type { ActionDefaults } from './action.ts'
import type { BulkItem, BulkWrite } from './item.ts'
import { byteLineSplitter, type ByteLine } from './lines.ts'
import { bulkParser } from './parser.ts'
import { permittedTo } from './permitted-to.ts'
import { keptResult, refusedResult, type BulkResult } from './result.ts'
import { sourceScanner } from './scan-source.ts'

/** How much of a bulk request is held at a time. */
export interface BulkLimits {
  /** The longest line, bytes; an event on a longer one is refused with 413 and the rest goes on. */
  readonly maxLineBytes: number
  /** A batch is kept as soon as its events have this many bytes together. */
  readonly batchSize: number
  /** A batch is kept as soon as it has this many events. */
  readonly batchEvents: number
  /** Items in one request, because the answer tells of each; more are an error of the request. */
  readonly maxItems: number
}

/** Limits that suit a small host: about 20 MiB a request at the worst. */
export const defaultBulkLimits: BulkLimits = {
  maxLineBytes: 16 * 1024 * 1024,
  batchSize: 4 * 1024 * 1024,
  batchEvents: 2_000,
  maxItems: 500_000,
}

/** What {@link receiveBulk} needs. */
export interface BulkRoad {
  readonly ingest: Ingest
  readonly events: EventStore
  readonly clock: Clock
  readonly limits: BulkLimits
  /** What the request says of all its actions. */
  readonly defaults?: ActionDefaults
  /** Who sends them: may be held to some indices. */
  readonly caller?: Caller | undefined
  /** False parses every document: the slow twin of the scanner. Default true. */
  readonly scans?: boolean
}

/**
 * Keeps the events of a bulk request while it arrives, batch by batch, and resolves to one result an
 * item, in the order of the request. Faults: `invalid` for a line that is no action and for a body that
 * cannot be decompressed, `unavailable` when the store refuses the first batch; the message says how
 * many items before it were kept. A store that fails later gives 503 for the items it did not keep.
 */
export async function receiveBulk(
  chunks: AsyncIterable<Uint8Array>,
  road: BulkRoad,
): Promise<readonly BulkResult[]> {
  const { limits, clock } = road
  const results: BulkResult[] = []
  const { maxLineBytes } = limits
  const lines = byteLineSplitter(maxLineBytes)
  const scanner = road.scans === false ? undefined : sourceScanner()
  const parser = bulkParser({ defaults: road.defaults ?? {}, maxLineBytes, scanner })
  const permitted = permittedTo(road.caller)
  const batch = openBatch(road, results)

  const take = (item: BulkItem): void => {
    if (results.length + batch.items() >= limits.maxItems) {
      throw new Fault(
        'too-large',
        'bulk.too-many-items',
        `more than ${limits.maxItems} items in one request`,
      )
    }
    batch.add(permitted(item))
  }
  const takeLines = async (found: readonly ByteLine[]): Promise<void> => {
    for (const line of found) {
      const item = parser.push(line, clock.nowMs())
      if (item !== undefined) take(item)
      if (batch.isFull()) await batch.flush()
    }
  }

  try {
    for await (const chunk of chunks) await takeLines(lines.push(chunk))
    await takeLines(lines.end())
    const unfinished = parser.end()
    if (unfinished !== undefined) take(unfinished)
    await batch.flush()
  } catch (thrown) {
    throw withKept(thrown, results)
  }
  return results
}

function withKept(thrown: unknown, results: readonly BulkResult[]): Fault {
  const kept = results.filter((result) => result.status < 300).length
  const told = `${kept} item${kept === 1 ? '' : 's'} of this request were kept before that, nothing after`
  const [kind, code] =
    thrown instanceof Fault
      ? ([thrown.kind, thrown.code] as const)
      : (['internal', 'bulk.failed'] as const)
  return new Fault(kind, code, `${messageOf(thrown)}; ${told}`, { cause: thrown })
}

function openBatch({ ingest, events, limits }: BulkRoad, results: BulkResult[]) {
  let items: BulkItem[] = []
  let size = 0
  let failed: string | undefined

  const flush = async (): Promise<void> => {
    const taken = items
    items = []
    size = 0
    const writes = taken.filter((item) => item.kind === 'write')
    const outcomes = await appended(writes)
    let position = 0
    for (const item of taken) {
      if (item.kind === 'refused') {
        results.push(refusedResult(item))
        continue
      }
      const outcome = outcomes?.[position++]
      // Nearly all are new, and need not be waited for.
      if (outcome?.status === 'created') {
        results.push(keptResult(item, { id: outcome.id, result: 'created' }))
      } else results.push(await resultOf(item, outcome))
    }
  }

  const appended = async (
    writes: readonly BulkWrite[],
  ): Promise<readonly AppendOutcome[] | undefined> => {
    if (failed !== undefined || writes.length === 0) return undefined
    try {
      return await ingest.append(writes.map(({ arrival }) => arrival))
    } catch (thrown) {
      // Before anything was answered for, the whole request can be told to come again.
      if (!results.some((result) => result.status < 300)) throw thrown
      failed = messageOf(thrown)
      return undefined
    }
  }

  const resultOf = async (
    item: BulkWrite,
    outcome: Exclude<AppendOutcome, { readonly status: 'created' }> | undefined,
  ): Promise<BulkResult> => {
    const { operation, index } = item
    if (outcome === undefined) {
      const reason = failed ?? 'the event store gave no outcome'
      return refusedResult({ ...item, status: 503, type: 'unavailable_shards_exception', reason })
    }
    const id = outcome.id
    if (outcome.status === 'refused') {
      const type = 'document_parsing_exception'
      return refusedResult({
        operation,
        index,
        id: item.id,
        status: 400,
        type,
        reason: outcome.reason,
      })
    }
    if (
      operation === 'index' &&
      sameEvent(sourceOf(item.arrival), (await events.get(index, id))?.source)
    ) {
      return keptResult(item, { id, result: 'noop' })
    }
    const reason = `[${id}]: version conflict, document already exists (current version [1])`
    const type = 'version_conflict_engine_exception'
    return refusedResult({ operation, index, id, status: 409, type, reason })
  }

  return {
    items: () => items.length,
    add(item: BulkItem): void {
      items.push(item)
      if (item.kind === 'write') size += item.size
    },
    isFull: () => size >= limits.batchSize || items.length >= limits.batchEvents,
    flush,
  }
}

/** Whether an event says what a stored one says, but for the time at which it arrived. */
function sameEvent(sent: EventSource, stored: EventSource | undefined): boolean {
  if (stored === undefined) return false
  return canonicalJson(withoutIngestTime(sent)) === canonicalJson(withoutIngestTime(stored))
}
