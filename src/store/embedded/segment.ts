import { unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StoredEvent } from '../event-store.ts'
import { blockBloom, idBloom, mayHold } from './bloom.ts'
import { timesOfAll, type Block, type BlockFacts } from './block.ts'
import { columnReader } from './column-file.ts'
import { syncDirectory } from './durable-files.ts'
import { mayHoldFirst } from './first-format.ts'
import type { IndexPart } from './index-part.ts'
import { sealedBlock, type SealedContext } from './sealed-block.ts'
import type { SegmentParts } from './segment-file.ts'
import type { Column } from './segment-columns.ts'
import type { SharedCache } from './shared-cache.ts'
import { termOf, type TermHash } from './term-hash.ts'

/** A sealed run of events in a file of its own, never changed. */
export interface Segment {
  readonly path: string
  readonly bytes: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly events: number
  readonly lastIngestedMs: number
  readonly blocks: readonly Block[]
  readonly times: BlockFacts['times']
  readonly indices: ReadonlyMap<string, IndexPart>
  /** Whether an event of the index has the field; true where there are too many to remember. */
  hasField(index: string, field: string): Promise<boolean>
  /** The filter over its ids, for whoever asks it from then on; undefined for one of the first format. */
  takeIds(): Uint8Array | undefined
  /** Whether an event may be here, by the filter over its ids while that is not taken; costs no read. */
  mayHold(event: AskedId): boolean
  /** One event. Fault where the file is gone and nobody held it. */
  get(event: AskedId): Promise<StoredEvent | undefined>
  /** Keeps the file until the returned function is called. */
  hold(): () => void
  /** Deletes the file, once no reader holds it. */
  retire(): Promise<void>
}

/** An event that is asked for; `hash` is the `idHash` of its index and id. */
export interface AskedId {
  readonly index: string
  readonly id: string
  readonly hash: TermHash
}

/** What segments share. */
export interface SegmentContext extends SealedContext {
  readonly columns: SharedCache<Column | undefined>
}

/** The segment of a file that was read. */
export function openSegment(path: string, parts: SegmentParts, context: SegmentContext): Segment {
  const { footer, bytes, isFirstFormat } = parts
  let ids: Uint8Array | undefined = parts.ids
  const indices = new Map<string, IndexPart>(
    Object.entries(footer.indices).map(([index, { fields, ...rest }]) => [
      index,
      { ...rest, fields: fields === null ? null : new Set(fields) },
    ]),
  )
  const reader = columnReader(path, parts, { ...context, indices })
  let firstRow = 0
  const blocks = footer.blocks.map((entry): Block => {
    const rows = reader && { reader, firstRow }
    firstRow += entry.facts.count
    return sealedBlock(entry, { path, allTerms: footer.terms, rows, isFirstFormat }, context)
  })
  let readers = 0
  let retired = false

  const remove = async (): Promise<void> => {
    context.files.forget(path)
    await unlink(path)
    await syncDirectory(dirname(path))
  }

  return {
    path,
    bytes,
    firstSequence: footer.firstSequence,
    lastSequence: footer.lastSequence,
    events: footer.events,
    lastIngestedMs: footer.blocks.at(-1)?.facts.lastIngestedMs ?? 0,
    blocks,
    times: timesOfAll(footer.blocks.map(({ facts }) => facts.times)),
    indices,
    hasField: async (index, field) => {
      const fields = indices.get(index)?.fields
      return fields !== undefined && (fields?.has(field) ?? true)
    },
    takeIds: () => {
      if (isFirstFormat) return undefined
      const taken = ids
      ids = undefined
      return taken
    },
    mayHold: ({ index, id, hash }) => {
      if (ids === undefined) return true
      return isFirstFormat ? mayHoldFirst(ids, index, id) : mayHold(ids, hash, idBloom)
    },
    get: async ({ index, id, hash }) => {
      for (const block of blocks) {
        const bloom = await block.bloom()
        if (bloom !== undefined && !mayHold(bloom, termOf(hash.a), blockBloom)) continue
        const found = await block.find(index, id)
        if (found !== undefined) return found
      }
      return undefined
    },
    hold: () => {
      readers++
      return () => {
        readers--
        // Nobody waits for this; a file that stays is met again at the next start.
        if (retired && readers === 0) remove().catch(() => undefined)
      }
    },
    retire: async () => {
      retired = true
      if (readers === 0) await remove()
    },
  }
}
