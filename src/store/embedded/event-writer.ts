import { setImmediate } from 'node:timers/promises'
import { Fault, type Clock } from '#base'
import { admit } from '../admission.ts'
import type { AppendOutcome, NewEvent, StoredEvent } from '../event-store.ts'
import { maxIndices, tooManyIndices } from '../limits.ts'
import { encodeLine } from './event-line.ts'
import { idMap } from './id-map.ts'
import type { FramePayload } from './event-log.ts'
import type { Parts } from './parts.ts'
import type { Serially } from './serially.ts'

/** Takes events from many callers at once; those that wait together share one write and one fsync. */
export interface EventWriter {
  append(events: readonly NewEvent[]): Promise<readonly AppendOutcome[]>
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

/** Text that waits to be written, UTF-16 code units; beyond it appends are turned away. */
const maxWaitingText = 256 * 1024 * 1024
/** About how much text goes into one commit, and into one frame of it. */
const groupText = 8 * 1024 * 1024
const frameText = 1024 * 1024
/** How many events are worked on before other work gets its turn. */
const turnEvents = 128

/** A writer that goes on with `nextSequence`. */
export function eventWriter(context: WriterContext, nextSequence: number): EventWriter {
  const { parts, clock, exclusively, committed } = context
  let waiting: Batch[] = []
  let waitingText = 0
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
    let text = 0
    const count = waiting.findIndex((batch) => (text += batch.textLength) >= groupText) + 1
    const group = count === 0 ? waiting : waiting.slice(0, count)
    waiting = count === 0 ? [] : waiting.slice(count)
    waitingText -= group.reduce((sum, batch) => sum + batch.textLength, 0)
    return group
  }

  return {
    append: async (events) => {
      const candidates = await admitted(events)
      const textLength = candidates.reduce((sum, { text }) => sum + (text?.length ?? 0), 0)
      if (waitingText > 0 && waitingText + textLength > maxWaitingText) throw busy(waitingText)
      return new Promise((resolve, reject) => {
        waiting.push({ candidates, textLength, resolve, reject })
        waitingText += textLength
        running ??= run()
      })
    },
    drained: async () => {
      await running
    },
  }
}

interface Candidate {
  readonly event: NewEvent
  readonly id: string
  /** JSON of the source; absent where the event was refused. */
  readonly text?: string
  readonly reason?: string
}

interface Batch {
  readonly candidates: readonly Candidate[]
  readonly textLength: number
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void
  readonly reject: (thrown: unknown) => void
}

async function admitted(events: readonly NewEvent[]): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = []
  for (const event of events) {
    if (candidates.length % turnEvents === turnEvents - 1) await setImmediate()
    const admission = admit(event)
    const id = event.id ?? crypto.randomUUID()
    candidates.push(
      admission.kind === 'admitted'
        ? { event, id, text: admission.text }
        : { event, id, reason: admission.reason },
    )
  }
  return candidates
}

function busy(waitingText: number): Fault {
  return new Fault(
    'rate-limited',
    'store.busy',
    `append events: ${waitingText} characters wait for the disk already; send them again in a few seconds`,
  )
}

interface Accepted {
  readonly events: readonly StoredEvent[]
  readonly lines: readonly string[]
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
  const lines: string[] = []
  const taken = idMap<true>()
  const newIndices = new Set<string>()
  let sequence = acceptance.sequence

  // Our own ids are random: nobody can have used one before.
  const mayExist = ({ event: { index, id }, text }: Candidate): boolean =>
    text !== undefined && id !== undefined && parts.hasIndex(index) && parts.mayHold(index, id)

  const outcomeOf = ({ event, id, text, reason }: Candidate): AppendOutcome => {
    const { index, source } = event
    if (text === undefined) return { status: 'refused', id, reason: reason ?? '' }
    if (taken.has(index, id)) return { status: 'exists', id }
    if (!parts.hasIndex(index) && !newIndices.has(index)) {
      if (parts.indexCount() + newIndices.size >= maxIndices) {
        return { status: 'refused', id, reason: tooManyIndices(index) }
      }
      newIndices.add(index)
    }
    taken.set(index, id, true)
    const stored = { index, id, source, sequence: sequence++, ingestedMs }
    events.push(stored)
    lines.push(encodeLine(stored, text))
    return { status: 'created', id, sequence: stored.sequence }
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

function framesOf(lines: readonly string[]): readonly FramePayload[] {
  const frames: FramePayload[] = []
  let first = 0
  let text = 0
  lines.forEach((line, at) => {
    text += line.length
    if (text < frameText && at < lines.length - 1) return
    const count = at + 1 - first
    frames.push({ bytes: Buffer.from(lines.slice(first, at + 1).join('')), count })
    first = at + 1
    text = 0
  })
  return frames
}

async function publish(
  events: readonly StoredEvent[],
  frames: readonly FramePayload[],
  parts: Parts,
): Promise<void> {
  let at = 0
  for (const { bytes, count } of frames) {
    let start = 0
    for (let line = 0; line < count; line++) {
      const end = bytes.indexOf(0x0a, start) + 1
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
