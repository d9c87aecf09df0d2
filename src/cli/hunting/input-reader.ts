import type { Alert } from '#alert'
import { messageOf } from '#base'
import type { EventDocument } from '#event'
import { shown, type Terminal } from '../terminal.ts'
import type { Crew } from './crew.ts'
import { eventOfLine, type EventNames } from './event-lines.ts'
import { placeName } from './event-reader.ts'
import type { HuntInput } from './inputs.ts'
import type { FoundLine, Portion } from './portion.ts'
import { progressLine } from './progress.ts'
import { siftAll } from './sift-all.ts'
import type { SiftTask } from './sift-task.ts'
import { tasksOf } from './tasks.ts'

/** What a hunt has met so far. */
export interface Tally {
  lines: number
  events: number
  /** Lines that were not read, because they lack what every rule needs. */
  passedOver: number
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
  /** Reads inputs to their ends, or to where they cannot be read; stops early when the terminal's signal aborts. */
  read(inputs: readonly HuntInput[], crew: Crew): Promise<void>
  /** Counts and tells something that cannot be read. */
  tellUnreadable(place: string, reason: string): void
}

const maxTold = 20

/** A {@link Reader}; `onAlerts` gets the alerts of each portion of input, in order. */
export function inputReader({
  terminal,
  look,
  keptUp = () => terminal.drained(),
  namelessIndex = 'hunt',
  format,
  rangeBytes,
  onAlerts,
}: {
  readonly terminal: Terminal
  /** Sees each event that passes some filter, by their places, in order, and gives the alerts it raises. */
  readonly look: (event: EventDocument, places: readonly number[]) => readonly Alert[]
  /** Waited for between portions of input; default: whoever reads the results has kept up. */
  readonly keptUp?: () => Promise<void>
  /** See {@link eventOfLine}. */
  readonly namelessIndex?: string
  /** The name of the format of all inputs; undefined: the first lines of each tell. */
  readonly format?: string | undefined
  /** See {@link tasksOf}. */
  readonly rangeBytes?: number
  readonly onAlerts: (alerts: readonly Alert[]) => void
}): Reader {
  const progress = progressLine(terminal, progressText)
  const tally: Tally = {
    lines: 0,
    events: 0,
    passedOver: 0,
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

  /** Lines of the input before the task whose portions come, and in those of its portions that came. */
  let linesBefore = 0
  let linesOfTask = 0
  let action: EventNames = {}
  /** What held at the beginning of the task. */
  let inherited: EventNames = {}
  const beginTask = ({ range }: SiftTask): void => {
    const isFirst = range === undefined || range.from === 0
    linesBefore = isFirst ? 0 : linesBefore + linesOfTask
    linesOfTask = 0
    if (isFirst) action = {}
    inherited = action
  }

  const eventOf = (line: FoundLine, { texts }: Portion, path: string): EventDocument => {
    const number = linesBefore + line.number
    const text = Buffer.from(texts.buffer, texts.byteOffset).toString('utf8', line.from, line.to)
    const names = { path, namelessIndex, action: line.action ?? inherited }
    const read = eventOfLine({ kind: 'text', number, text }, names)
    if (read.kind === 'event') return read.event
    throw new Error(`${placeName(path, number)} was an event and is none`)
  }

  const takePortion = (portion: Portion, path: string): void => {
    tally.lines += portion.lines
    tally.events += portion.events
    tally.passedOver += portion.passedOver
    tally.timeless += portion.timeless
    tally.readBytes += portion.readBytes
    for (const { number, reason } of portion.problems) {
      tellUnreadable(placeName(path, linesBefore + number), reason)
    }
    tally.unreadable += portion.unreadable - portion.problems.length
    linesOfTask += portion.lines
    action = portion.action ?? action
    const alerts = portion.found.flatMap((line) => look(eventOf(line, portion, path), line.places))
    if (alerts.length === 0) return
    tally.alerts += alerts.length
    progress.clear()
    onAlerts(alerts)
  }

  return {
    tally,
    tellUnreadable,
    async read(inputs, crew) {
      const totalBytes = inputs.reduce((sum, { bytes }) => sum + bytes, 0)
      const tasks = tasksOf(inputs, { format, ...(rangeBytes !== undefined && { rangeBytes }) })
      let current: SiftTask | undefined
      for await (const step of siftAll(tasks, crew)) {
        if (step.task !== current) beginTask(step.task)
        current = step.task
        const { path } = step.task.input
        if (step.kind === 'failure') {
          tellUnreadable(path, `cannot read on: ${messageOf(step.thrown)}`)
        } else takePortion(step.portion, path)
        await keptUp()
        progress.tell({ ...tally, totalBytes })
        if (terminal.signal.aborted) break
      }
      progress.clear()
    },
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
