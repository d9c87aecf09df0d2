import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf, type Clock } from '#base'
import type { EventDocument } from '#event'
import { recoverTail } from './spool-tail.ts'

/** Events on the disk of the host until the server has them: at least once, in their order, bounded. */
export interface Spool {
  /** Resolves when the events are with the kernel; they outlive this process. Faults: `unavailable`, `agent.spool` where the disk takes no more: nothing of the batch is kept then. */
  append(documents: readonly EventDocument[]): Promise<void>
  /** What comes next, as `_bulk` takes it; the same again until it is acknowledged. Undefined: nothing waits. */
  next(): Promise<SpooledBatch | undefined>
  counts(): SpoolCounts
  /** How much may wait. */
  limit(maxBytes: number): void
  close(): Promise<void>
}

/** A few events on their way. */
export interface SpooledBatch {
  /** An action and an event by turns, a line each. */
  readonly bytes: Buffer
  readonly events: number
  /** The server has them, or will never take them: they go. */
  done(): Promise<void>
}

/** How a spool is; `dropped` and `damaged` since it was opened. */
export interface SpoolCounts {
  readonly events: number
  readonly bytes: number
  /** Epoch milliseconds at which the oldest that waits was written; undefined: nothing waits. */
  readonly oldestMs: number | undefined
  readonly dropped: number
  readonly damaged: number
}

/** Where and how much. */
export interface SpoolOptions {
  readonly directory: string
  readonly maxBytes: number
  readonly clock: Clock
}

interface Segment {
  readonly number: number
  /** Whole lines, bytes. */
  bytes: number
  /** Events of it that wait. */
  events: number
  readonly bornMs: number
}

const batchBytes = 1024 * 1024
const batchEvents = 1_000
const largestSegment = 4 * 1024 * 1024
const positionFile = 'position.json'

/**
 * A {@link Spool} in files of at most 4 MiB. What a crash cut short at the end of the last file is taken away when it is
 * opened, and counted. When more than `maxBytes` waits, the oldest file goes, and its events are counted. Once a
 * second what was written is made to outlive a power failure too.
 */
export async function openSpool({ directory, clock, ...options }: SpoolOptions): Promise<Spool> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  let maxBytes = options.maxBytes
  let dropped = 0
  let damaged = 0
  let sending: number | undefined
  let oldestMs: number | undefined
  let writer: FileHandle | undefined
  let syncedMs = clock.nowMs()
  let head = await positionIn(directory)
  const segments: Segment[] = []

  const pathOf = (number: number): string =>
    join(directory, `${String(number).padStart(10, '0')}.ndjson`)

  for (const number of await numbersIn(directory)) {
    if (number < head.segment) {
      await rm(pathOf(number), { force: true })
      continue
    }
    const from = number === head.segment ? head.offset : 0
    const { bytes, events, cut } = await recoverTail(pathOf(number), from)
    damaged += cut
    const bornMs = (await stat(pathOf(number))).mtimeMs
    segments.push({ number, bytes, events, bornMs })
    if (events > 0) oldestMs ??= bornMs
  }

  const waitingBytes = (): number =>
    segments.reduce(
      (sum, { number, bytes }) => sum + bytes - (number === head.segment ? head.offset : 0),
      0,
    )

  const segmentBytes = (): number => Math.min(largestSegment, Math.ceil(maxBytes / 8))

  const writable = async (): Promise<{ readonly segment: Segment; readonly file: FileHandle }> => {
    const last = segments.at(-1)
    if (last !== undefined && writer !== undefined && last.bytes < segmentBytes()) {
      return { segment: last, file: writer }
    }
    await writer?.sync()
    await writer?.close()
    writer = undefined
    const number = Math.max(head.segment, last?.number ?? 0) + 1
    const file = await open(pathOf(number), 'w', 0o600)
    const segment = { number, bytes: 0, events: 0, bornMs: clock.nowMs() }
    segments.push(segment)
    writer = file
    return { segment, file }
  }

  const dropOldest = async (): Promise<void> => {
    while (waitingBytes() > maxBytes) {
      const last = segments.at(-1)
      const victim = segments.find((each) => each !== last && each.number !== sending)
      if (victim === undefined) return
      dropped += victim.events
      segments.splice(segments.indexOf(victim), 1)
      await rm(pathOf(victim.number), { force: true })
    }
  }

  const append = async (documents: readonly EventDocument[]): Promise<void> => {
    if (documents.length === 0) return
    const bytes = Buffer.from(documents.map(linesOf).join(''))
    try {
      const { segment, file } = await writable()
      try {
        await written(file, bytes, segment.bytes)
      } catch (thrown) {
        // What stands half written is overwritten by the next.
        await file.truncate(segment.bytes).catch(() => undefined)
        throw thrown
      }
      segment.bytes += bytes.length
      segment.events += documents.length
      oldestMs ??= clock.nowMs()
      if (clock.nowMs() - syncedMs >= 1_000) {
        syncedMs = clock.nowMs()
        await file.datasync()
      }
    } catch (cause) {
      throw new Fault(
        'unavailable',
        'agent.spool',
        `the spool in ${directory} takes no events: ${messageOf(cause)}`,
        { cause },
      )
    }
    await dropOldest()
  }

  /** The first segment in which something waits; those before it are done with. */
  const first = async (): Promise<Segment | undefined> => {
    for (;;) {
      const [segment] = segments
      if (segment === undefined) return undefined
      if (head.segment !== segment.number) head = { segment: segment.number, offset: 0 }
      if (segment.bytes > head.offset) return segment
      if (segment === segments.at(-1)) return undefined
      segments.shift()
      oldestMs = segments[0]?.bornMs
      await rm(pathOf(segment.number), { force: true })
    }
  }

  const next = async (): Promise<SpooledBatch | undefined> => {
    const segment = await first()
    if (segment === undefined) return undefined
    const from = head.offset
    const { bytes, events, skipped } = cut(
      await bytesOf(pathOf(segment.number), from, segment.bytes),
    )
    sending = segment.number
    const readMs = clock.nowMs()
    const wasAll = segment === segments.at(-1) && from + bytes.length === segment.bytes
    const done = async (): Promise<void> => {
      sending = undefined
      segment.events -= events + skipped
      damaged += skipped
      const { length } = bytes
      head = { segment: segment.number, offset: from + length }
      // What is left then was written after it was read.
      if (wasAll) oldestMs = segment.events > 0 ? readMs : undefined
      await keepPosition(directory, head)
    }
    return { bytes, events, done }
  }

  // One thing at a time: a segment is not dropped while it is written or read.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    append: (documents) => inTurn(() => append(documents)),
    next: () =>
      inTurn(async () => {
        const batch = await next()
        return batch && { ...batch, done: () => inTurn(batch.done) }
      }),
    counts: () => ({
      events: segments.reduce((sum, { events }) => sum + events, 0),
      bytes: waitingBytes(),
      oldestMs,
      dropped,
      damaged,
    }),
    limit: (bytes) => void (maxBytes = bytes),
    close: () =>
      inTurn(async () => {
        await writer?.sync().catch(() => undefined)
        await writer?.close()
        writer = undefined
      }),
  }
}

function linesOf({ index, id, source }: EventDocument): string {
  const action = { create: { _index: index, _id: id } }
  return `${JSON.stringify(action)}\n${JSON.stringify(source)}\n`
}

async function written(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

async function bytesOf(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    // A longest line may be longer than a batch: then the batch is that one event.
    const wanted = Math.min(to - from, Math.max(batchBytes, largestSegment))
    const buffer = Buffer.alloc(wanted)
    const { bytesRead } = await file.read(buffer, 0, wanted, from)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Whole pairs of lines from the beginning, as many as a batch may hold and one at least. */
function cut(bytes: Buffer): {
  readonly bytes: Buffer
  readonly events: number
  readonly skipped: number
} {
  let events = 0
  let end = 0
  while (events < batchEvents && (events === 0 || end < batchBytes)) {
    const action = bytes.indexOf(0x0a, end)
    const event = action < 0 ? -1 : bytes.indexOf(0x0a, action + 1)
    if (event < 0) break
    end = event + 1
    events++
  }
  // A piece without a whole event cannot be: files end with whole events. What it is, it is skipped.
  return end === 0
    ? { bytes, events: 0, skipped: 1 }
    : { bytes: bytes.subarray(0, end), events, skipped: 0 }
}

interface Position {
  readonly segment: number
  readonly offset: number
}

async function positionIn(directory: string): Promise<Position> {
  try {
    const text = await readFile(join(directory, positionFile), 'utf8')
    const { segment, offset }: Partial<Position> = JSON.parse(text)
    if (Number.isSafeInteger(segment) && Number.isSafeInteger(offset)) {
      return { segment: segment ?? 0, offset: offset ?? 0 }
    }
  } catch {
    // None yet, or cut short: all is sent again, and the server knows what it has.
  }
  return { segment: 0, offset: 0 }
}

async function keepPosition(directory: string, position: Position): Promise<void> {
  const path = join(directory, positionFile)
  try {
    await writeFile(`${path}.partial`, JSON.stringify(position), { mode: 0o600 })
    await rename(`${path}.partial`, path)
  } catch {
    // A full disk: after a restart some events are sent again, and the server knows them.
  }
}

async function numbersIn(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory)
  return names
    .flatMap((name) => (/^\d{10}\.ndjson$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .toSorted((a, b) => a - b)
}
