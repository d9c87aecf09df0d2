import { open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { Fault, messageOf } from '#base'
import type { StoredEvent } from '../event-store.ts'
import { blockBloom, idBloom, mayHold } from './bloom.ts'
import { unpackText } from './block-packing.ts'
import { eventWith, placed, type Block } from './block.ts'
import type { Damage } from './damage.ts'
import { readExactly, syncDirectory } from './durable-files.ts'
import type { IndexPart } from './index-part.ts'
import { decodeLines, decodeWanted, findLine } from './event-line.ts'
import type { BlockEntry, CheckedExtent, Extent, SegmentParts } from './segment-file.ts'
import type { SharedCache } from './shared-cache.ts'
import type { TermHash } from './term-hash.ts'

/** A sealed run of events in a file of its own, never changed. */
export interface Segment {
  readonly path: string
  readonly bytes: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly events: number
  readonly lastIngestedMs: number
  readonly blocks: readonly Block[]
  readonly indices: ReadonlyMap<string, IndexPart>
  /** Whether an event of the index has the field; true where there are too many to remember. */
  hasField(index: string, field: string): Promise<boolean>
  /** Whether the event with this `idHash` may be here; costs no read. */
  mayHold(hash: TermHash): boolean
  /** One event by index and id; `hash` is their `idHash`. Fault where the file is gone and nobody held it. */
  get(index: string, id: string, hash: TermHash): Promise<StoredEvent | undefined>
  /** Keeps the file until the returned function is called. */
  hold(): () => void
  /** Deletes the file, once no reader holds it. */
  retire(): Promise<void>
}

/** What segments share. */
export interface SegmentContext {
  readonly events: SharedCache<readonly StoredEvent[]>
  readonly blooms: SharedCache<Buffer | undefined>
  /** Blocks that were asked for one event lately: asked again, all their events are worth parsing. */
  readonly asked: (block: object) => boolean
  readonly damage: Damage
}

/** The segment of a file that was read. */
export function openSegment(path: string, parts: SegmentParts, context: SegmentContext): Segment {
  const { footer, ids, bytes } = parts
  const blocks = footer.blocks.map((entry) => sealedBlock(path, entry, footer.terms, context))
  const indices = new Map<string, IndexPart>(
    Object.entries(footer.indices).map(([index, { fields, ...rest }]) => [
      index,
      { ...rest, fields: fields === null ? null : new Set(fields) },
    ]),
  )
  let readers = 0
  let retired = false

  const remove = async (): Promise<void> => {
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
    indices,
    hasField: async (index, field) => {
      const fields = indices.get(index)?.fields
      return fields !== undefined && (fields?.has(field) ?? true)
    },
    mayHold: (hash) => mayHold(ids, hash, idBloom),
    get: async (index, id, hash) => {
      for (const block of blocks) {
        const bloom = await block.bloom()
        if (bloom !== undefined && !mayHold(bloom, hash, blockBloom)) continue
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

function sealedBlock(
  path: string,
  entry: BlockEntry,
  allTerms: CheckedExtent,
  { events, blooms, asked, damage }: SegmentContext,
): Block {
  const { packed, terms, facts } = entry
  const read = async (): Promise<Buffer | undefined> => {
    const bytes = await readExtent(path, packed)
    if (crc32(bytes) === packed.crc) return bytes
    damage.report({ path, start: packed.offset, bytes: packed.length, events: facts.count })
    return undefined
  }
  const readEvents = async (): Promise<readonly StoredEvent[]> => {
    const bytes = await read()
    if (bytes === undefined) return []
    return decodeLines(await unpackText(bytes, facts.textBytes)).map(({ event }) => event)
  }
  const block: Block = {
    facts,
    bloom: async () => {
      if (terms.length === 0) return undefined
      const all = await blooms.get(allTerms, allTerms.length, () => readChecked(path, allTerms))
      const start = terms.offset - allTerms.offset
      return all?.subarray(start, start + terms.length)
    },
    events: () => events.get(entry, facts.textBytes, readEvents),
    eventsWhere: async (mayBeWanted) => {
      if (asked(entry) || events.peek(entry) !== undefined) return placed(await block.events())
      const bytes = await read()
      if (bytes === undefined) return []
      return decodeWanted(await unpackText(bytes, facts.textBytes), mayBeWanted)
    },
    find: async (index, id) => {
      if (asked(entry) || events.peek(entry) !== undefined) {
        return eventWith(await block.events(), index, id)
      }
      const bytes = await read()
      if (bytes === undefined) return undefined
      return findLine(await unpackText(bytes, facts.textBytes), index, id)
    },
  }
  return block
}

async function readChecked(path: string, extent: CheckedExtent): Promise<Buffer | undefined> {
  const bytes = await readExtent(path, extent)
  return crc32(bytes) === extent.crc ? bytes : undefined
}

async function readExtent(path: string, { offset, length }: Extent): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      return await readExactly(file, offset, length)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new Fault(
      'unavailable',
      'store.read-failed',
      `read events from ${path}: ${messageOf(cause)}`,
      { cause },
    )
  }
}
