import type { StoredEvent } from '../event-store.ts'
import type { BlockIndex } from './block-index.ts'
import type { BlockIndexer } from './block-indexer.ts'
import { unpackText } from './block-packing.ts'
import {
  eventWith,
  growingFacts,
  placed,
  type Block,
  type BlockFacts,
  type TrackedTimes,
} from './block.ts'
import { decodeLines, decodeWanted, findLine } from './event-line.ts'
import type { SharedCache } from './shared-cache.ts'

/** A block that will not change any more, in memory, on its way into a segment. */
export interface ClosedBlock extends Block {
  readonly facts: BlockFacts
  readonly index: Promise<BlockIndex>
}

/** Where the line of an event stands, line break included. */
export interface LinePlace {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** The block that takes the next event. */
export interface OpenBlock {
  add(event: StoredEvent, line: LinePlace, times: TrackedTimes): void
  isFull(): boolean
  isEmpty(): boolean
  /** What is in it now; later events do not show. */
  events(): readonly StoredEvent[]
  /** Everything in it as one closed block; it is empty after. */
  close(): ClosedBlock
}

const maxBlockEvents = 512
const maxBlockBytes = 1024 * 1024

/** What blocks share: the events of those read lately, which were asked for one event lately, and their indexer. */
export interface BlockContext {
  readonly events: SharedCache<readonly StoredEvent[]>
  readonly asked: (block: object) => boolean
  readonly indexer: BlockIndexer
}

/** An empty block; the events of those it closes are kept while there is room. */
export function openBlock(context: BlockContext): OpenBlock {
  let events: StoredEvent[] = []
  let lines: LinePlace[] = []
  let textBytes = 0
  let facts = growingFacts()

  const addLine = (line: LinePlace): void => {
    const last = lines.at(-1)
    if (last === undefined || last.bytes !== line.bytes || last.end !== line.start) lines.push(line)
    else lines[lines.length - 1] = { ...last, end: line.end }
    textBytes += line.end - line.start
  }

  return {
    add: (event, line, times) => {
      facts.add(event, times, line.end - line.start)
      events.push(event)
      addLine(line)
    },
    isFull: () => events.length >= maxBlockEvents || textBytes >= maxBlockBytes,
    isEmpty: () => events.length === 0,
    events: () => events.slice(),
    close: () => {
      const text = sharedText(lines, textBytes)
      const closed = closedBlock({ events, text, facts: facts.facts() }, context)
      events = []
      lines = []
      textBytes = 0
      facts = growingFacts()
      return closed
    },
  }
}

/** The lines in memory that the indexing thread sees as well, so that nothing is copied for it. */
function sharedText(lines: readonly LinePlace[], textBytes: number): Buffer {
  const text = Buffer.from(new SharedArrayBuffer(textBytes))
  let at = 0
  for (const { bytes, start, end } of lines) at += bytes.copy(text, at, start, end)
  return text
}

/** What is in a growing block now, for a reader. */
export function growingBlock(seen: readonly StoredEvent[]): Block {
  return {
    facts: undefined,
    rows: undefined,
    bloom: async () => undefined,
    events: async () => seen,
    eventsWhere: async () => placed(seen),
    find: async (index, id) => eventWith(seen, index, id),
  }
}

interface Contents {
  readonly events: readonly StoredEvent[]
  readonly text: Buffer
  readonly facts: BlockFacts
}

function closedBlock(
  { events, text, facts }: Contents,
  { events: cache, asked, indexer }: BlockContext,
): ClosedBlock {
  const key = {}
  void cache.get(key, facts.textBytes, async () => events)
  /** The text itself until it is packed. */
  let lines: Buffer | undefined = text
  let terms: Uint8Array | undefined
  const index = indexer.index(text)
  const take = async (): Promise<void> => {
    terms = (await index).terms
    lines = undefined
  }
  void take()
  const linesNow = async (): Promise<Buffer> => lines ?? unpackText((await index).packed)
  const block: ClosedBlock = {
    facts,
    rows: undefined,
    index,
    bloom: async () => terms,
    events: () =>
      cache.get(key, facts.textBytes, async () =>
        decodeLines(await linesNow()).map(({ event }) => event),
      ),
    eventsWhere: async (wanted) => {
      if (asked(key) || cache.peek(key) !== undefined) return placed(await block.events())
      return decodeWanted(await linesNow(), wanted)
    },
    find: async (inIndex, id) => {
      if (asked(key) || cache.peek(key) !== undefined) {
        return eventWith(await block.events(), inIndex, id)
      }
      return findLine(await linesNow(), inIndex, id)
    },
  }
  return block
}
