import { err, ok, type Result } from '#base'
import { programOf, type Instruction } from './program.ts'
import { isWordCharacter, parseSearch, type SearchProblem } from './syntax.ts'

/** Where an expression was found: its groups by number (the first is the whole), undefined where one took no part. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
}

/** A compiled expression. Finding takes the text's length times the expression's, whatever either says. */
export interface Search {
  /** The names of the groups by number. */
  readonly groups: readonly (string | undefined)[]
  /** The leftmost place at or after `from`, of several ways to match there the one that comes first as written. */
  find(text: string, from?: number): Found | undefined
  /** The text with every place that matches replaced; `$1`, `${1}` and `$2` stand for groups, `\` for what follows. */
  replace(text: string, replacement: string): string
}

/** Compiles an expression, or says what is wrong with it. See {@link parseSearch} for the dialect. */
export function compileSearch(pattern: string): Result<Search, SearchProblem> {
  const parsed = parseSearch(pattern)
  if (!parsed.ok) return parsed
  const { node, groups } = parsed.value
  const program = programOf(node)
  if (program === undefined) {
    return err({ message: 'the expression is too large; lower the counts in braces', at: 0 })
  }
  const find = (text: string, from = 0) => run(program, groups.length, text, from)
  return ok({ groups, find, replace: (text, by) => replaced(text, by, find) })
}

function replaced(text: string, by: string, find: Search['find']): string {
  let whole = ''
  let at = 0
  for (let from = 0; from <= text.length;) {
    const found = find(text, from)
    if (found === undefined) break
    whole += text.slice(at, found.start) + filledIn(by, found)
    at = found.end
    from = found.end > found.start ? found.end : found.end + 1
  }
  return whole + text.slice(at)
}

function filledIn(by: string, { groups }: Found): string {
  return by.replace(
    /\\(.)|\$(?:(\d)|\{(\d+)\})/gs,
    (_, plain?: string, one?: string, more?: string) => plain ?? groups[Number(one ?? more)] ?? '',
  )
}

/** One way to match so far: where it stands, and where its groups begin and end. */
interface Thread {
  readonly at: number
  readonly marks: readonly number[]
}

/** Pike's machine: all ways at once, those that come first as written ahead of the others. */
function run(
  program: readonly Instruction[],
  groupCount: number,
  text: string,
  from: number,
): Found | undefined {
  const noMarks = Array.from({ length: groupCount * 2 }, () => -1)
  let threads: Thread[] = []
  let best: readonly number[] | undefined
  const seen = new Int32Array(program.length).fill(-1)
  for (let position = from; ;) {
    const next: Thread[] = []
    const codePoint = text.codePointAt(position)
    const width = codePoint !== undefined && codePoint > 0xffff ? 2 : 1
    const step: Thread[] = []
    for (const thread of threads) follow(program, thread, position, text, seen, step)
    if (best === undefined) {
      follow(program, { at: 0, marks: noMarks }, position, text, seen, step)
    }
    for (const { at, marks } of step) {
      const instruction = program[at]
      if (instruction?.kind === 'match') {
        best = marks
        break
      }
      if (instruction?.kind === 'one' && codePoint !== undefined && instruction.of(codePoint)) {
        next.push({ at: at + 1, marks })
      }
    }
    threads = next
    if (codePoint === undefined || (threads.length === 0 && best !== undefined)) break
    position += width
  }
  return best === undefined ? undefined : foundAt(text, best)
}

/** Adds the places that a thread reaches without reading, in their order, each once a position. */
function follow(
  program: readonly Instruction[],
  thread: Thread,
  position: number,
  text: string,
  seen: Int32Array,
  reached: Thread[],
): void {
  const pending: Thread[] = [thread]
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const { at, marks } = current
    if (seen[at] === position) continue
    seen[at] = position
    const instruction = program[at]
    if (instruction === undefined) continue
    if (instruction.kind === 'one' || instruction.kind === 'match') reached.push(current)
    else if (instruction.kind === 'split') {
      for (const to of instruction.to.toReversed()) pending.push({ at: to, marks })
    } else if (instruction.kind === 'mark') {
      pending.push({ at: at + 1, marks: marks.with(instruction.slot, position) })
    } else if (holds(instruction.what, text, position)) pending.push({ at: at + 1, marks })
  }
}

function holds(what: string, text: string, position: number): boolean {
  if (what === 'start') return position === 0
  if (what === 'end') return position === text.length
  const before = position > 0 && isWordCharacter(text.charCodeAt(position - 1))
  const after = position < text.length && isWordCharacter(text.charCodeAt(position))
  return (before !== after) === (what === 'word-edge')
}

function foundAt(text: string, marks: readonly number[]): Found {
  const groups: (string | undefined)[] = []
  for (let at = 0; at < marks.length; at += 2) {
    const start = marks[at] ?? -1
    const end = marks[at + 1] ?? -1
    groups.push(start < 0 || end < 0 ? undefined : text.slice(start, end))
  }
  return { start: marks[0] ?? 0, end: marks[1] ?? 0, groups }
}
