import type { StoredEvent } from '../event-store.ts'
import { trackedTimesOf, type Block } from './block.ts'
import type { EventLog } from './event-log.ts'
import { idMap } from './id-map.ts'
import { fieldNamesOf } from '../field-names.ts'
import { growingIndexPart, type GrowingIndexPart, type IndexPart } from './index-part.ts'
import {
  growingBlock,
  openBlock,
  type BlockContext,
  type ClosedBlock,
  type LinePlace,
} from './open-block.ts'

import type { IndexedBlock } from './segment-file.ts'

/** The events of one log: all of them also in memory, packed, until they rest in a segment. */
export interface Tail {
  readonly log: EventLog
  /** The sequence of its first event, or the one that will be. */
  readonly firstSequence: number
  lastSequence(): number
  events(): number
  firstIngestedMs(): number | undefined
  /** Shows an event, whose line is on stable storage, to readers. */
  publish(event: StoredEvent, line: LinePlace): void
  holds(index: string, id: string): boolean
  get(index: string, id: string): Promise<StoredEvent | undefined>
  /** Every block, the growing one as it stands now. */
  blocks(): readonly Block[]
  /** Its indices; the names of their fields only once every block has its index. */
  indices(): ReadonlyMap<string, IndexPart>
  /** Whether an event of the index has the field, as of now; true where there are too many to remember. */
  hasField(index: string, field: string): Promise<boolean>
  /** Closes the growing block; nothing may be published after. */
  close(): void
  /** Every closed block with its index. */
  indexed(): Promise<readonly IndexedBlock[]>
}

/** The tail of a log, empty. */
export function createTail(
  log: EventLog,
  {
    firstSequence,
    blocks: shared,
  }: { readonly firstSequence: number; readonly blocks: BlockContext },
): Tail {
  const closed: ClosedBlock[] = []
  const growing = openBlock(shared)
  const indices = new Map<string, GrowingIndexPart>()
  const blockById = idMap<number>()
  let unindexed = 0
  /** Events of the growing block whose field names are known. */
  let named = 0
  let first: StoredEvent | undefined
  let last: StoredEvent | undefined

  const indexOf = (index: string): GrowingIndexPart => {
    const known = indices.get(index)
    if (known !== undefined) return known
    const part = growingIndexPart()
    indices.set(index, part)
    return part
  }

  const closeBlock = (): void => {
    const block = growing.close()
    named = 0
    closed.push(block)
    unindexed++
    void noteNames(block)
  }

  const noteNames = async (block: ClosedBlock): Promise<void> => {
    const { names } = await block.index
    unindexed--
    for (const [index, fields] of names) indexOf(index).addNames(fields)
  }

  const nameGrowing = (): void => {
    const events = growing.events()
    for (const { index, source } of events.slice(named))
      indexOf(index).addNames(fieldNamesOf(source))
    named = events.length
  }

  const namesAreKnown = (): boolean => growing.isEmpty() && unindexed === 0

  return {
    log,
    firstSequence,
    lastSequence: () => last?.sequence ?? firstSequence - 1,
    events: () => blockById.size(),
    firstIngestedMs: () => first?.ingestedMs,
    publish: (event, line) => {
      const times = trackedTimesOf(event)
      growing.add(event, line, times)
      indexOf(event.index).addEvent(times[0] ?? [])
      blockById.set(event.index, event.id, closed.length)
      first ??= event
      last = event
      if (growing.isFull()) closeBlock()
    },
    holds: (index, id) => blockById.has(index, id),
    get: async (index, id) => {
      const at = blockById.get(index, id)
      if (at === undefined) return undefined
      return (closed[at] ?? growingBlock(growing.events())).find(index, id)
    },
    blocks: () =>
      growing.isEmpty() ? closed.slice() : [...closed, growingBlock(growing.events())],
    indices: () => {
      const known = namesAreKnown()
      return new Map(
        [...indices].map(([index, each]) => [
          index,
          known ? each.part() : { ...each.part(), fields: null },
        ]),
      )
    },
    hasField: async (index, field) => {
      nameGrowing()
      await Promise.all(closed.map((block) => block.index))
      const fields = indices.get(index)?.part().fields
      return fields !== undefined && (fields?.has(field) ?? true)
    },
    close: () => {
      if (!growing.isEmpty()) closeBlock()
    },
    indexed: () =>
      Promise.all(closed.map(async ({ facts, index }) => ({ facts, index: await index }))),
  }
}
