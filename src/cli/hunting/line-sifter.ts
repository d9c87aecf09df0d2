import { isUtf8 } from 'node:buffer'
import { isJsonObject, type Result } from '#base'
import { eventTimeOf } from '#event'
import type { ByteSearch, RuleSet } from '#query'
import type { Line } from '#server'
import { eventOfLine, namesOfAction, type EventNames } from './event-lines.ts'
import { eventReader, exported, type ReadLine } from './event-reader.ts'
import type { InputFormat } from './formats.ts'
import type { LineBlock } from './line-blocks.ts'
import type { PortionWriter } from './portion.ts'
import type { SiftPlan } from './sift-plan.ts'

/** Looks at the lines of one stream and writes down what is in them. */
export interface LineSifter {
  take(room: Buffer, block: LineBlock): void
  /** There are no more. */
  end(): void
  /** What the last line says of the next event; undefined: none said anything. */
  action(): EventNames | undefined
}

interface Sifting {
  readonly path: string
  readonly format: InputFormat
  readonly filters: RuleSet<number>
  readonly plan: SiftPlan
  /** Lines that hold none of its texts are passed over; undefined: all are read. */
  readonly search: ByteSearch | undefined
}

/** What wraps events, or comes before them in bulk files: lines that have such members are parsed. */
export const wrappings = ['_source', 'index', 'create']

/** A {@link LineSifter}. */
export function lineSifter(writer: PortionWriter, sifting: Sifting): LineSifter {
  return sifting.format === 'ndjson' ? jsonLines(writer, sifting) : readLines(writer, sifting)
}

const lineFeed = 10

function jsonLines(writer: PortionWriter, { path, filters, plan, search }: Sifting): LineSifter {
  const count = eventCounter(writer, plan)
  let number = 0
  let action: EventNames | undefined

  const takeLine = (bytes: Buffer): void => {
    writer.lines++
    number++
    const places = filters.matchingJson(bytes)
    const time = places === undefined ? undefined : timeOfLast(filters)
    if (places === undefined || time === undefined) {
      takeParsed({ kind: 'text', number, text: bytes.toString('utf8') }, bytes)
      return
    }
    if (count(time) && places.length > 0) {
      writer.addFound(bytes, { number, places: ascending(places), action })
    }
    action = noNames
  }

  /** The same, in the plain way. */
  const takeParsed = (line: Line, bytes: Buffer): void => {
    const found = eventOfLine(line, { path, namelessIndex: '', action: noNames })
    if (found.kind === 'nothing') return
    const before = action
    action = found.kind === 'action' ? found.names : noNames
    if (found.kind === 'unreadable') writer.addProblem({ number, reason: found.reason })
    if (found.kind !== 'event' || !count(eventTimeOf(found.event.source))) return
    const places = filters.matching(found.event.source)
    if (places.length > 0) {
      writer.addFound(bytes, { number, places: ascending(places), action: before })
    }
  }

  const takeBad = (bad: Exclude<Line, { readonly kind: 'text' }>): void => {
    writer.lines++
    number++
    takeParsed({ ...bad, number }, Buffer.alloc(0))
  }

  const takeChecked = (bytes: Buffer): void => {
    if (isUtf8(bytes)) takeLine(bytes)
    else takeBad({ kind: 'not-utf8', number, bytes: bytes.length })
  }

  const takeAll = (room: Buffer, { from, to }: Span): void => {
    const isGood = isUtf8(room.subarray(from, to))
    for (const { start, end } of linesOf(room, { from, to })) {
      const line = room.subarray(start, end)
      if (isGood) takeLine(line)
      else takeChecked(line)
    }
  }

  const takeWithTexts = (room: Buffer, { from, to }: Span, texts: ByteSearch): void => {
    const places = texts.placesIn(from, to)
    let read = from
    const passOver = (upTo: number): void => {
      const lines = texts.lineFeeds(read, upTo)
      const isOpen = upTo > read && room[upTo - 1] !== lineFeed
      const passed = isOpen ? lines + 1 : lines
      number += passed
      writer.lines += passed
      writer.passedOver += passed
    }
    const carried = action
    for (let place = places.next(from); place >= 0; place = read < to ? places.next(read) : -1) {
      const start = place === 0 ? 0 : Math.max(from, room.lastIndexOf(lineFeed, place - 1) + 1)
      const feed = room.indexOf(lineFeed, place)
      const end = feed < 0 || feed >= to ? to : feed
      passOver(start)
      action = lastActionOf(room, { from, to: start }) ?? carried
      takeChecked(room.subarray(start, end))
      read = Math.min(to, end + 1)
    }
    passOver(to)
    action = lastActionOf(room, { from, to }) ?? carried
  }

  return {
    action: () => action,
    end: () => undefined,
    take(room, block) {
      if (block.kind === 'too-large') takeBad({ ...block, number })
      else if (block.kind === 'long') takeChecked(block.bytes)
      else if (search === undefined) takeAll(room, block)
      else takeWithTexts(room, block, search)
    },
  }
}

/** Lines that are read in the plain way, whatever their format. */
function readLines(writer: PortionWriter, { path, format, filters, plan }: Sifting): LineSifter {
  const reader = eventReader(format, { path, namelessIndex: 'hunt', nowMs: plan.nowMs })
  const count = eventCounter(writer, plan)
  let number = 0
  const note = (read: ReadLine): void => {
    if (read.kind === 'unreadable') {
      writer.addProblem(read)
      return
    }
    if (!count(eventTimeOf(read.event.source))) return
    const places = filters.matching(read.event.source)
    if (places.length === 0) return
    const text = Buffer.from(JSON.stringify(exported(read.event)))
    writer.addFound(text, { number: read.number, places: ascending(places), action: noNames })
  }
  const takeLine = (bytes: Buffer): void => {
    writer.lines++
    number++
    const hasReturn = bytes.at(-1) === carriageReturn
    const text = bytes.toString('utf8', 0, hasReturn ? bytes.length - 1 : bytes.length)
    const line: Line = isUtf8(bytes)
      ? { kind: 'text', number, text }
      : { kind: 'not-utf8', number, bytes: bytes.length }
    reader.take(line).forEach(note)
  }
  return {
    action: () => noNames,
    end: () => reader.end().forEach(note),
    take(room, block) {
      if (block.kind === 'too-large') {
        writer.lines++
        number++
        reader.take({ ...block, number }).forEach(note)
      } else if (block.kind === 'long') takeLine(block.bytes)
      else for (const { start, end } of linesOf(room, block)) takeLine(room.subarray(start, end))
    },
  }
}

const carriageReturn = 13
const noNames: EventNames = {}

interface Span {
  readonly from: number
  readonly to: number
}

function* linesOf(room: Buffer, { from, to }: Span): Generator<{ start: number; end: number }> {
  for (let start = from; start < to;) {
    const feed = room.indexOf(lineFeed, start)
    const end = feed < 0 || feed >= to ? to : feed
    yield { start, end }
    start = end + 1
  }
}

/** Counts an event by its time; false for one that is not asked for. */
function eventCounter(
  writer: PortionWriter,
  { within }: SiftPlan,
): (time: Result<number, string>) => boolean {
  return (time) => {
    if (!time.ok) writer.timeless++
    if (within !== undefined) {
      if (!time.ok || time.value < within.fromMs || time.value > within.toMs) return false
    }
    writer.events++
    return true
  }
}

/** The time of the event that was matched last; undefined for one that must be parsed to tell. */
function timeOfLast(filters: RuleSet<number>): Result<number, string> | undefined {
  if (wrappings.some((name) => filters.isPresent(name))) return undefined
  const time = filters.valuesOf('@timestamp')
  // Of several times the first counts, and slots do not keep the order of a document.
  if (typeof time === 'object') return undefined
  return eventTimeOf(time === undefined ? {} : { '@timestamp': time })
}

function ascending(places: readonly number[]): readonly number[] {
  return places.toSorted((a, b) => a - b)
}

/** What the last line with anything in it says of the next event; undefined where there is no such line. */
function lastActionOf(room: Buffer, { from, to }: Span): EventNames | undefined {
  for (let end = to; end > from;) {
    const start = end < 2 ? from : Math.max(from, room.lastIndexOf(lineFeed, end - 2) + 1)
    const beginning = room.toString('latin1', start, Math.min(end, start + beginningBytes)).trim()
    if (beginning !== '' && !mayBeAction.test(beginning)) return noNames
    const text = room.toString('utf8', start, end).trim()
    if (text !== '') return namesIn(text)
    end = start
  }
  return undefined
}

const beginningBytes = 64
/** How an action may begin, or a line of which more must be read to tell. */
const mayBeAction = /^\{\s*("(index|create)"|"[^"]*\\|$)/

function namesIn(line: string): EventNames {
  if (!line.startsWith('{')) return noNames
  try {
    const value: unknown = JSON.parse(line)
    return (isJsonObject(value) ? namesOfAction(value) : undefined) ?? noNames
  } catch {
    return noNames
  }
}
