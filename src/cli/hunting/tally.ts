import { messageOf } from '#base'
import { eventTimeOf } from '#event'
import { lineSplitter, type Line } from '#server'
import type { Alert } from '#alert'
import { shown, type Terminal } from '../terminal.ts'
import { eventOfLine } from './event-lines.ts'
import type { Hunter } from './hunter.ts'
import { chunksOf, type HuntInput } from './inputs.ts'
import { progressLine } from './progress.ts'

/** What a hunt has met so far. */
export interface Tally {
  events: number
  alerts: number
  readBytes: number
  /** Lines, and whole inputs, that gave no event although they should. */
  unreadable: number
  /** Events without a readable time, which only rules without history can judge. */
  timeless: number
  worstRank: number
  readonly startedMs: number
}

/** What reads inputs and hands on the alerts they raise. */
export interface Reader {
  readonly tally: Tally
  /** Reads one input to its end, or to where it cannot be read; stops early when the terminal's signal aborts. */
  read(input: HuntInput): Promise<void>
  /** Counts and tells something that cannot be read. */
  tellUnreadable(place: string, reason: string): void
  readonly end: () => void
}

const maxLineBytes = 64 * 1024 * 1024
const maxTold = 20

/** A {@link Reader}; `onAlerts` gets the alerts of each chunk of input, in order. */
export function inputReader({
  terminal,
  hunter,
  isWithin,
  totalBytes,
  onAlerts,
}: {
  readonly terminal: Terminal
  readonly hunter: Hunter
  /** Whether an event of that time is asked for; undefined: all are. */
  readonly isWithin: ((eventMs: number) => boolean) | undefined
  /** 0: unknown. */
  readonly totalBytes: number
  readonly onAlerts: (alerts: readonly Alert[]) => void
}): Reader {
  const progress = progressLine(terminal)
  const tally: Tally = {
    events: 0,
    alerts: 0,
    readBytes: 0,
    unreadable: 0,
    timeless: 0,
    worstRank: -1,
    startedMs: terminal.clock.nowMs(),
  }

  const tellUnreadable = (place: string, reason: string): void => {
    tally.unreadable++
    if (tally.unreadable > maxTold) return
    progress.clear()
    terminal.err(`warning: ${shown(place)}: ${shown(reason)}\n`)
    if (tally.unreadable === maxTold) terminal.err('warning: further ones are counted only\n')
  }

  const take = (line: Line, path: string): readonly Alert[] => {
    const found = eventOfLine(line, path)
    if (found.kind === 'nothing') return []
    if (found.kind === 'unreadable') {
      tellUnreadable(`${path}:${line.number}`, found.reason)
      return []
    }
    const time = eventTimeOf(found.event.source)
    if (!time.ok) tally.timeless++
    if (isWithin !== undefined && !(time.ok && isWithin(time.value))) return []
    tally.events++
    return hunter.look(found.event)
  }

  const takeAll = (lines: readonly Line[], path: string): void => {
    const alerts = lines.flatMap((line) => take(line, path))
    if (alerts.length === 0) return
    tally.alerts += alerts.length
    progress.clear()
    onAlerts(alerts)
  }

  return {
    tally,
    tellUnreadable,
    end: () => progress.clear(),
    async read(input) {
      const lines = lineSplitter(maxLineBytes)
      try {
        const chunks = chunksOf(input, terminal.input, (bytes) => (tally.readBytes += bytes))
        for await (const chunk of untilAborted(chunks, terminal.signal)) {
          takeAll(lines.push(chunk), input.path)
          await terminal.drained()
          progress.tell({ ...tally, totalBytes })
        }
        if (!terminal.signal.aborted) takeAll(lines.end(), input.path)
      } catch (thrown) {
        takeAll(lines.end(), input.path)
        tellUnreadable(input.path, `cannot read on: ${messageOf(thrown)}`)
      }
    },
  }
}

/** The chunks until the signal aborts, also while the next one is waited for. */
async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  signal.addEventListener('abort', () => resolve(undefined), { once: true })
  if (signal.aborted) return
  const source = chunks[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([source.next(), aborted])
    if (next === undefined || next.done === true) return
    yield next.value
  }
}
