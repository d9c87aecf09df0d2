import type { EventNames } from './event-lines.ts'

/**
 * What was found in a piece of an input by looking at each line by itself: what a thread that sifts hands to
 * the one that judges. Lines are numbered from 1, on through all portions of a task.
 */
export interface Portion {
  /** Bytes of the input that were read for it, as they lie on disk. */
  readonly readBytes: number
  /** Lines since the portion before. */
  readonly lines: number
  /** Events that were asked for. */
  readonly events: number
  /** Lines that were not read, because they lack what every rule needs. */
  readonly passedOver: number
  readonly timeless: number
  readonly unreadable: number
  /** The first of them. */
  readonly problems: readonly LineProblem[]
  /** The texts of the lines that some rule is about, one after the other. */
  readonly texts: Uint8Array<ArrayBuffer>
  readonly found: readonly FoundLine[]
  /** What the last line says of the next event; undefined: no line said anything, what was before still holds. */
  readonly action: EventNames | undefined
}

/** A line that gives no event although it should, and why. */
export interface LineProblem {
  readonly number: number
  readonly reason: string
}

/** An event that some rules are about. */
export interface FoundLine {
  readonly number: number
  /** Where its text lies among the texts of the portion. */
  readonly from: number
  readonly to: number
  /** The rules, by their places, ascending. */
  readonly places: readonly number[]
  /** What the line before it says of it; undefined: there is none, see what came before the task. */
  readonly action: EventNames | undefined
}

/** Problems that are kept of a portion; further ones are counted. */
const maxProblems = 20

/** Gathers what goes into a portion. */
export interface PortionWriter {
  lines: number
  events: number
  passedOver: number
  timeless: number
  addProblem(problem: LineProblem): void
  addFound(text: Uint8Array, found: Omit<FoundLine, 'from' | 'to'>): void
  /** Bytes of the texts gathered. */
  textBytes(): number
  /** What was gathered, and begins anew. */
  take(rest: Pick<Portion, 'action' | 'readBytes'>): Portion
}

/** A {@link PortionWriter}. */
export function portionWriter(): PortionWriter {
  let unreadable = 0
  let problems: LineProblem[] = []
  let found: FoundLine[] = []
  let texts = new Uint8Array(64 * 1024)
  let used = 0
  const writer: PortionWriter = {
    lines: 0,
    events: 0,
    passedOver: 0,
    timeless: 0,
    addProblem(problem) {
      unreadable++
      if (problems.length < maxProblems) problems.push(problem)
    },
    addFound(text, facts) {
      if (used + text.length > texts.length) {
        const larger = new Uint8Array(2 * (used + text.length))
        larger.set(texts.subarray(0, used))
        texts = larger
      }
      texts.set(text, used)
      found.push({ ...facts, from: used, to: used + text.length })
      used += text.length
    },
    textBytes: () => used,
    take({ action, readBytes }) {
      const { lines, events, passedOver, timeless } = writer
      const portion: Portion = {
        readBytes,
        lines,
        events,
        passedOver,
        timeless,
        unreadable,
        problems,
        found,
        action,
        texts: texts.slice(0, used),
      }
      Object.assign(writer, { lines: 0, events: 0, passedOver: 0, timeless: 0 })
      unreadable = 0
      problems = []
      found = []
      used = 0
      return portion
    },
  }
  return writer
}
