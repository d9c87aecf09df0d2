import { setImmediate } from 'node:timers/promises'
import { Fault, type Clock } from '#base'
import { admit } from '../admission.ts'
import type { AppendOutcome, NewEvent, StoredEvent, WrittenNewEvent } from '../event-store.ts'
import { maxIndices, tooManyIndices } from '../limits.ts'
import { storedEvent } from '../written-event.ts'
import { lineHead } from './event-line.ts'
import { idMap } from './id-map.ts'
import { framesOf, type LineFrame, type PendingLine } from './line-frames.ts'
import type { Parts } from './parts.ts'
import type { Serially } from '../serially.ts'

type ArrivingEvent = NewEvent | WrittenNewEvent

/** Takes events from many callers at once; those that wait together share one write and one fsync. */
export interface EventWriter {
  append(events: readonly ArrivingEvent[]): Promise<readonly AppendOutcome[]>
  /** Resolves when nothing waits to be written. */
  drained(): Promise<void>
}

/** What a writer works with. `exclusively` is shared with whoever replaces the growing log. */
export interface WriterContext {
  readonly parts: Parts
  readonly clock: Clock
  readonly exclusively: Serially
  /** Called after a commit, while no other write runs. */
  readonly committed: () => Promise<void>
}

/** Text that waits to be written, bytes; beyond it appends are turned away. */
const maxWaitingBytes = 256 * 1024 * 1024
/** About how much text goes into one commit, bytes. */
const groupBytes = 8 * 1024 * 1024
/** How many events are worked on before other work gets its turn. */
const turnEvents = 128

/** A writer that goes on with `nextSequence`. */
export function eventWriter(context: WriterContext, nextSequence: number): EventWriter {
  const { parts, clock, exclusively, committed } = context
  let waiting: Batch[] = []
  let waitingBytes = 0
  let sequence = nextSequence
  let running: Promise<void> | undefined

  const commit = async (group: readonly Batch[]): Promise<void> => {
    const accepted = await accept(group, { parts, ingestedMs: clock.nowMs(), sequence })
    if (accepted.events.length > 0) {
      const frames = framesOf(accepted.lines)
      await parts.tail().log.append(frames)
      sequence += accepted.events.length
      await publish(accepted.events, frames, parts)
    }
    group.forEach((batch, at) => batch.resolve(accepted.outcomes[at] ?? []))
    await committed()
  }

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup()
      await exclusively(() => commit(group)).catch((thrown: unknown) => {
        for (const batch of group) batch.reject(thrown)
      })
    }
    running = undefined
  }

  const takeGroup = (): readonly Batch[] => {
    let bytes = 0
    const count = waiting.findIndex((batch) => (bytes += batch.bytes) >= groupBytes) + 1
    const group = count === 0 ? waiting : waiting.slice(0, count)
    waiting = count === 0 ? [] : waiting.slice(count)
    waitingBytes -= group.reduce((sum, batch) => sum + batch.bytes, 0)
    return group
  }

  return {
    append: async (events) => {
      const candidates = await admitted(events)
      const bytes = candidates.reduce((sum, { json }) => sum + (json?.length ?? 0), 0)
      if (waitingBytes > 0 && waitingBytes + bytes > maxWaitingBytes) throw busy(waitingBytes)
      return new Promise((resolve, reject) => {
        waiting.push({ candidates, bytes, resolve, reject })
        waitingBytes += bytes
        running ??= run()
      })
    },
    drained: async () => {
      await running
    },
  }
}

interface Candidate {
  readonly event: ArrivingEvent
  readonly id: string
  /** JSON of the source; absent where the event was refused. */
  readonly json?: Uint8Array
  readonly reason?: string
}

interface Batch {
  readonly candidates: readonly Candidate[]
  readonly bytes: number
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void
  readonly reject: (thrown: unknown) => void
}

async function admitted(events: readonly ArrivingEvent[]): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = []
  for (const event of events) {
    if (candidates.length % turnEvents === turnEvents - 1) await setImmediate()
    const admission = admit(event)
    const id = event.id ?? crypto.randomUUID()
    candidates.push(
      admission.kind === 'admitted'
        ? { event, id, json: admission.json }
        : { event, id, reason: admission.reason },
    )
  }
  return candidates
}

function busy(bytes: number): Fault {
  return new Fault(
    'rate-limited',
    'store.busy',
    `append events: ${bytes} bytes wait for the disk already; send them again in a few seconds`,
  )
}

interface Accepted {
  readonly events: readonly StoredEvent[]
  readonly lines: readonly PendingLine[]
  readonly outcomes: readonly (readonly AppendOutcome[])[]
}

interface Acceptance {
  readonly parts: Parts
  readonly ingestedMs: number
  readonly sequence: number
}

async function accept(group: readonly Batch[], acceptance: Acceptance): Promise<Accepted> {
  const { parts, ingestedMs } = acceptance
  const events: StoredEvent[] = []
  const lines: PendingLine[] = []
  const taken = idMap<true>()
  const newIndices = new Set<string>()
  let sequence = acceptance.sequence

  // Our own ids are random: nobody can have used one before.
  const mayExist = ({ event: { index, id }, json }: Candidate): boolean =>
    json !== undefined && id !== undefined && parts.hasIndex(index) && parts.mayHold(index, id)

  const outcomeOf = ({ event, id, json, reason }: Candidate): AppendOutcome => {
    const { index } = event
    if (json === undefined) return { status: 'refused', id, reason: reason ?? '' }
    if (taken.has(index, id)) return { status: 'exists', id }
    if (!parts.hasIndex(index) && !newIndices.has(index)) {
      if (parts.indexCount() + newIndices.size >= maxIndices) {
        return { status: 'refused', id, reason: tooManyIndices(index) }
      }
      newIndices.add(index)
    }
    taken.set(index, id, true)
    const place = { index, id, sequence: sequence++, ingestedMs }
    events.push(storedEvent(place, event))
    lines.push({ head: lineHead(place), json })
    return { status: 'created', id, sequence: place.sequence }
  }

  const outcomes: (readonly AppendOutcome[])[] = []
  for (const { candidates } of group) {
    const batch: AppendOutcome[] = []
    for (const candidate of candidates) {
      if (events.length % turnEvents === turnEvents - 1) await setImmediate()
      const { event, id } = candidate
      const exists = mayExist(candidate) && (await parts.get(event.index, id)) !== undefined
      batch.push(exists ? { status: 'exists', id } : outcomeOf(candidate))
    }
    outcomes.push(batch)
  }
  return { events, lines, outcomes }
}

async function publish(
  events: readonly StoredEvent[],
  frames: readonly LineFrame[],
  parts: Parts,
): Promise<void> {
  let at = 0
  for (const { bytes, ends } of frames) {
    let start = 0
    for (const end of ends) {
      const event = events[at++]
      if (event !== undefined) {
        parts.tail().publish(event, { bytes, start, end })
        parts.noteIndex(event.index)
      }
      start = end
      if (at % turnEvents === 0) await setImmediate()
    }
  }
}
