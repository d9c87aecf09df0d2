import type { StoredEvent } from '../event-store.ts'
import { trackedTimesOf, type Block } from './block.ts'
import type { EventLog } from './event-log.ts'
import { idMap } from './id-map.ts'
import { growingIndexPart, type GrowingIndexPart, type IndexPart } from './index-part.ts'
import { openBlock, type BlockContext, type PackedBlock } from './open-block.ts'

/** The events of one log: all of them also in memory, packed, until they rest in a segment. */
export interface Tail {
  readonly log: EventLog
  /** The sequence of its first event, or the one that will be. */
  readonly firstSequence: number
  lastSequence(): number
  events(): number
  firstIngestedMs(): number | undefined
  /** Shows an event, whose line is on stable storage, to readers. */
  publish(event: StoredEvent, line: Buffer): void
  holds(index: string, id: string): boolean
  get(index: string, id: string): Promise<StoredEvent | undefined>
  /** Every block, the growing one as it stands now. */
  blocks(): readonly Block[]
  indices(): ReadonlyMap<string, IndexPart>
  /** Closes the growing block; nothing may be published after. */
  finish(): readonly PackedBlock[]
}

/** The tail of a log, empty. */
export function createTail(
  log: EventLog,
  {
    firstSequence,
    blocks: shared,
  }: { readonly firstSequence: number; readonly blocks: BlockContext },
): Tail {
  const closed: PackedBlock[] = []
  const growing = openBlock(shared)
  const indices = new Map<string, GrowingIndexPart>()
  const blockById = idMap<number>()
  let first: StoredEvent | undefined
  let last: StoredEvent | undefined

  const indexOf = (index: string): GrowingIndexPart => {
    const known = indices.get(index)
    if (known !== undefined) return known
    const part = growingIndexPart()
    indices.set(index, part)
    return part
  }

  const blocks = (): readonly Block[] =>
    growing.isEmpty() ? closed.slice() : [...closed, growing.snapshot()]

  return {
    log,
    firstSequence,
    lastSequence: () => last?.sequence ?? firstSequence - 1,
    events: () => blockById.size(),
    firstIngestedMs: () => first?.ingestedMs,
    publish: (event, line) => {
      const part = indexOf(event.index)
      const times = trackedTimesOf(event.source)
      growing.add(event, line, { names: part, times })
      part.addEvent(times[0] ?? [])
      blockById.set(event.index, event.id, closed.length)
      first ??= event
      last = event
      if (growing.isFull()) closed.push(growing.close())
    },
    holds: (index, id) => blockById.has(index, id),
    get: async (index, id) => {
      const at = blockById.get(index, id)
      if (at === undefined) return undefined
      const block = closed[at] ?? growing.snapshot()
      return block.find(index, id)
    },
    blocks,
    indices: () => new Map([...indices].map(([index, part]) => [index, part.part()])),
    finish: () => {
      if (!growing.isEmpty()) closed.push(growing.close())
      return closed
    },
  }
}
