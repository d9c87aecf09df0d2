import type { StoredEvent } from '../event-store.ts'
import { blockBloom, buildBloom, type Terms } from './bloom.ts'
import { packText, unpackText } from './block-packing.ts'
import { eventWith, growingFacts, type Block, type BlockFacts, type TrackedTimes } from './block.ts'
import { decodeLines, findLine } from './event-line.ts'
import type { SharedCache } from './shared-cache.ts'
import { idHash, type TermHash } from './term-hash.ts'
import { termCollector, type FieldNames } from './term-collector.ts'

/** A block that will not change any more, packed in memory, ready to go into a segment. */
export interface PackedBlock extends Block {
  readonly facts: BlockFacts
  readonly idHashes: readonly TermHash[]
  readonly terms: Uint8Array | undefined
  packed(): Promise<Buffer>
}

/** The block that takes the next event. */
export interface OpenBlock {
  add(
    event: StoredEvent,
    line: Buffer,
    noted: { readonly names: FieldNames; readonly times: TrackedTimes },
  ): void
  isFull(): boolean
  isEmpty(): boolean
  /** What is in it now, for a reader; later events do not show. */
  snapshot(): Block
  /** Everything in it as one packed block; it is empty after. */
  close(): PackedBlock
}

const maxBlockEvents = 512
const maxBlockBytes = 1024 * 1024
/** A block of wild events closes early, so that they do not blunt the filter of their neighbours. */
const closingTerms = 50_000
/** Beyond this many terms a block goes without a filter. */
const maxTerms = 100_000

/** What blocks share: the events of those read lately, and which were asked for one event lately. */
export interface BlockContext {
  readonly events: SharedCache<readonly StoredEvent[]>
  readonly asked: (block: object) => boolean
}

/** An empty block; the events of those it closes are kept while there is room. */
export function openBlock({ events: cache, asked }: BlockContext): OpenBlock {
  const collector = termCollector()
  let events: StoredEvent[] = []
  let lines: Buffer[] = []
  let idHashes: TermHash[] = []
  let textBytes = 0
  let facts = growingFacts()

  return {
    add: (event, line, { names, times }) => {
      facts.add(event, times, line.length)
      const id = idHash(event.index, event.id)
      collector.collect(event.source, names)
      collector.terms.add(id.a)
      events.push(event)
      lines.push(line)
      idHashes.push(id)
      textBytes += line.length
    },
    isFull: () =>
      events.length >= maxBlockEvents ||
      textBytes >= maxBlockBytes ||
      collector.terms.size() >= closingTerms,
    isEmpty: () => events.length === 0,
    snapshot: () => {
      const seen = events.slice()
      return {
        facts: undefined,
        bloom: async () => undefined,
        events: async () => seen,
        find: async (index, id) => eventWith(seen, index, id),
      }
    },
    close: () => {
      const closed = packedBlock({
        events,
        lines,
        idHashes,
        facts: facts.facts(),
        cache,
        asked,
        terms: termsOf(collector.terms),
      })
      events = []
      lines = []
      idHashes = []
      textBytes = 0
      facts = growingFacts()
      collector.clear()
      return closed
    },
  }
}

function termsOf(terms: Terms): Uint8Array | undefined {
  return terms.size() > maxTerms ? undefined : buildBloom(terms, blockBloom)
}

interface Contents {
  readonly events: readonly StoredEvent[]
  readonly lines: readonly Buffer[]
  readonly idHashes: readonly TermHash[]
  readonly facts: BlockFacts
  readonly cache: SharedCache<readonly StoredEvent[]>
  readonly asked: (block: object) => boolean
  readonly terms: Uint8Array | undefined
}

function packedBlock({
  events,
  lines,
  idHashes,
  facts,
  cache,
  asked,
  terms,
}: Contents): PackedBlock {
  const packing = packText(Buffer.concat(lines))
  // Whoever needs the block meets the failure; until then nobody may be asking.
  packing.catch(() => undefined)
  const key = {}
  void cache.get(key, facts.textBytes, async () => events)
  const block: PackedBlock = {
    facts,
    idHashes,
    terms,
    bloom: async () => terms,
    packed: () => packing,
    events: () =>
      cache.get(key, facts.textBytes, async () => eventsOf(await packing, facts.textBytes)),
    find: async (index, id) => {
      if (asked(key) || cache.peek(key) !== undefined) {
        return eventWith(await block.events(), index, id)
      }
      return findLine(await unpackText(await packing, facts.textBytes), index, id)
    },
  }
  return block
}

/** The events of a packed block. */
export async function eventsOf(packed: Buffer, textBytes: number): Promise<readonly StoredEvent[]> {
  return decodeLines(await unpackText(packed, textBytes)).map(({ event }) => event)
}
