import { messageOf, type Clock, type JsonObject, type Logger } from '#base'
import type { EventDocument } from '#event'
import type { Collection, DocumentStore } from '#store'

/** How often an exception item has kept an event from a rule, since it was made. */
export interface ExceptionMatches {
  readonly itemId: string
  /** Events; the same event counts once, whatever rules and executions met it. */
  readonly count: number
  /** Wall time, epoch milliseconds. */
  readonly firstMs: number
  readonly lastMs: number
  /** The last such event, and the rule that would have read it. */
  readonly lastEvent: { readonly index: string; readonly id: string }
  readonly lastRuleUuid: string
}

/**
 * Counts what exception items drop. `note` only adds to a map; counts are written together when an
 * execution or a batch of live events ends and ten seconds have passed since the last writing, at
 * {@link ExceptionTally.flush}, and whenever somebody asks. A crash loses what was not written.
 */
export interface ExceptionTally {
  /** Never waits, never throws. */
  note(itemId: string, event: EventDocument, ruleUuid: string): void
  /** Begins to write if it is time to. Never waits, never throws. */
  settle(): void
  /** Writes what is counted, and waits for it. */
  flush(): Promise<void>
  /** The counts of these items; items that never matched are left out. */
  of(itemIds: readonly string[]): Promise<readonly ExceptionMatches[]>
  forget(itemId: string): Promise<void>
}

const writeEveryMs = 10_000

/** So many event and item pairs are remembered at least, twice as many at most, 16 bytes each. */
const remembered = 131_072

/** When more items have counts to be written, the ten seconds are not waited for. */
const maxPending = 10_000

/** An {@link ExceptionTally} over a store. */
export function exceptionTally(
  documents: DocumentStore,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): ExceptionTally {
  const stored: Collection<StoredMatches> = documents.collection(matchCollection)
  const seen = recentPairs()
  let pending = new Map<string, ExceptionMatches>()
  let writtenMs = clock.nowMs()
  let writing = Promise.resolve()

  const write = async (): Promise<void> => {
    const batch = pending
    pending = new Map()
    writtenMs = clock.nowMs()
    // Asked for in one turn: the store writes them in one transaction.
    await Promise.all([...batch.values()].map((each) => add(stored, each)))
  }
  const begin = (): void => {
    writing = writing.then(write).catch((thrown: unknown) => {
      logger.warn('counts of exceptions could not be written', { reason: messageOf(thrown) })
    })
  }
  const flush = async (): Promise<void> => {
    if (pending.size > 0) begin()
    await writing
  }
  return {
    note(itemId, event, ruleUuid) {
      if (seen.has(pairKey(itemId, event))) return
      const nowMs = clock.nowMs()
      const before = pending.get(itemId)
      pending.set(itemId, {
        itemId,
        count: (before?.count ?? 0) + 1,
        firstMs: before?.firstMs ?? nowMs,
        lastMs: nowMs,
        lastEvent: { index: event.index, id: event.id },
        lastRuleUuid: ruleUuid,
      })
    },
    settle() {
      if (pending.size === 0) return
      if (pending.size > maxPending || clock.nowMs() - writtenMs >= writeEveryMs) begin()
    },
    flush,
    async of(itemIds) {
      await flush()
      const found = await Promise.all(itemIds.map((id) => stored.get(id)))
      return found.flatMap((each) => (each === undefined ? [] : matchesOf(each.body)))
    },
    async forget(itemId) {
      await flush()
      await stored.delete(itemId)
    },
  }
}

/** Remembers at least the last {@link remembered} pairs; `has` says whether one was there, and adds it. */
function recentPairs(): { has(key: number): boolean } {
  let young = new Set<number>()
  let old = new Set<number>()
  return {
    has(key) {
      if (young.has(key)) return true
      const known = old.has(key)
      young.add(key)
      if (young.size >= remembered) {
        old = young
        young = new Set()
      }
      return known
    },
  }
}

/** 52 bits of two interleaved sums: a collision costs one count, so speed counts for more than strength. */
function pairKey(itemId: string, { index, id }: EventDocument): number {
  const text = `${itemId}\n${index}\n${id}`
  let low = 0x811c9dc5
  let high = 0x9747b28c
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x85ebca6b)
    high ^= high >>> 13
  }
  return (low >>> 0) + (high >>> 12) * 4_294_967_296
}

type StoredMatches = JsonObject & {
  readonly item: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  readonly index: string
  readonly id: string
  readonly rule: string
}

const matchCollection = { name: 'exception_matches', keys: {} } as const

async function add(stored: Collection<StoredMatches>, more: ExceptionMatches): Promise<void> {
  const { itemId, count, firstMs, lastMs, lastEvent, lastRuleUuid } = more
  const body = { item: itemId, count, firstMs, lastMs, ...lastEvent, rule: lastRuleUuid }
  const [created] = await stored.create([{ id: itemId, body }])
  if (created === true) return
  await stored.update(itemId, (before) => ({
    ...body,
    count: before.count + count,
    firstMs: Math.min(before.firstMs, firstMs),
  }))
}

function matchesOf(body: StoredMatches): ExceptionMatches {
  const { item, count, firstMs, lastMs, index, id, rule } = body
  return { itemId: item, count, firstMs, lastMs, lastEvent: { index, id }, lastRuleUuid: rule }
}
