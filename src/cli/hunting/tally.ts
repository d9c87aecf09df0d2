import { messageOf, type Result } from '#base'
import { eventTimeOf, type EventDocument } from '#event'
import { byteLineSplitter, decodedLine, type ByteLine } from '#server'
import type { Alert } from '#alert'
import { shown, type Terminal } from '../terminal.ts'
import { eventOfLine, type EventNames } from './event-lines.ts'
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
  glance,
  look,
  keptUp = () => terminal.drained(),
  isWithin,
  namelessIndex = 'hunt',
  totalBytes,
  onAlerts,
}: {
  readonly terminal: Terminal
  /**
   * Looks at the bytes of a line: the time of an event that is known to raise nothing; undefined for any
   * other line, which is then parsed and, if it is an event, looked at. Absent: every line is.
   */
  readonly glance?: (json: Uint8Array) => Result<number, string> | undefined
  /** Sees each event, in order, and gives the alerts it raises. */
  readonly look: (event: EventDocument) => readonly Alert[]
  /** Waited for between portions of input; default: whoever reads the results has kept up. */
  readonly keptUp?: () => Promise<void>
  /** See {@link eventOfLine}. */
  readonly namelessIndex?: string
  /** Whether an event of that time is asked for; undefined: all are. */
  readonly isWithin: ((eventMs: number) => boolean) | undefined
  /** 0: unknown. */
  readonly totalBytes: number
  readonly onAlerts: (alerts: readonly Alert[]) => void
}): Reader {
  const progress = progressLine(terminal, progressText)
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

  let action: EventNames = {}
  const take = (line: ByteLine, path: string): readonly Alert[] => {
    const passing = line.kind === 'bytes' ? glance?.(line.bytes) : undefined
    if (passing !== undefined) {
      action = {}
      count(passing)
      return []
    }
    const found = eventOfLine(decodedLine(line), { path, namelessIndex, action })
    if (found.kind === 'nothing') return []
    action = found.kind === 'action' ? found.names : {}
    if (found.kind === 'action') return []
    if (found.kind === 'unreadable') {
      tellUnreadable(`${path}:${line.number}`, found.reason)
      return []
    }
    return count(eventTimeOf(found.event.source)) ? look(found.event) : []
  }

  /** Counts an event by its time; false for one that is not asked for. */
  const count = (time: Result<number, string>): boolean => {
    if (!time.ok) tally.timeless++
    if (isWithin !== undefined && !(time.ok && isWithin(time.value))) return false
    tally.events++
    return true
  }

  const takeAll = (lines: readonly ByteLine[], path: string): void => {
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
      const lines = byteLineSplitter(maxLineBytes)
      try {
        const chunks = chunksOf(input, terminal.input, (bytes) => (tally.readBytes += bytes))
        for await (const chunk of untilAborted(chunks, terminal.signal)) {
          takeAll(lines.push(chunk), input.path)
          await keptUp()
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

interface ProgressFacts {
  readonly readBytes: number
  /** 0: unknown. */
  readonly totalBytes: number
  readonly events: number
  readonly alerts: number
}

function progressText(
  { readBytes, totalBytes, events, alerts }: ProgressFacts,
  tookMs: number,
): string {
  const rate = `${Math.round(events / Math.max(0.001, tookMs / 1000)).toLocaleString('en')} events/s`
  const found = `${events.toLocaleString('en')} events, ${rate}, ${alerts} alerts`
  if (totalBytes === 0) return found
  const share = Math.min(1, readBytes / totalBytes)
  const bar = '#'.repeat(Math.round(share * 20)).padEnd(20, '.')
  const leftSeconds = share === 0 ? 0 : Math.round((tookMs / share - tookMs) / 1000)
  return `[${bar}] ${Math.floor(share * 100)}% ${found}, ${leftSeconds}s left`
}
