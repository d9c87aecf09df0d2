import type { Span } from '#base'
import type { MemberPath, RuleLocator } from '../wire/member-path.ts'

/** Where one value of a text stands, and the name it goes by. */
interface SourceEntry {
  readonly key: Span
  readonly value: Span
  /** For strings: the offset in the text of an offset in the value. */
  readonly inside?: (offset: number) => number
}

/** Where every value of a text stands. Paths count from the text's root. */
export interface SourceMap {
  set(path: MemberPath, entry: SourceEntry): void
  get(path: MemberPath): SourceEntry | undefined
}

/** An empty {@link SourceMap}. */
export function sourceMap(): SourceMap {
  const entries = new Map<string, SourceEntry>()
  return {
    set: (path, entry) => entries.set(JSON.stringify(path), entry),
    get: (path) => entries.get(JSON.stringify(path)),
  }
}

/** What a locator looks things up in. */
export interface LocatedText {
  /** Name of the text: a file's path. */
  readonly origin: string
  /** As {@link startsOfLines} gives them. */
  readonly lineStarts: readonly number[]
  /** Asked for at most once, and only when something has to be placed: most rules are right. */
  readonly map: () => SourceMap
  /** Where in the text a member of the rule's wire form may be written; the first that is, counts. */
  readonly toTextPaths: (path: MemberPath) => readonly MemberPath[]
}

/** Places a rule's members in the text they were read from. */
export function ruleLocator({ origin, lineStarts, map, toTextPaths }: LocatedText): RuleLocator {
  let known: SourceMap | undefined
  const exact = (path: MemberPath): SourceEntry | undefined => {
    known ??= map()
    for (const steps of toTextPaths(path)) {
      const entry = known.get(steps)
      if (entry !== undefined) return entry
    }
    return undefined
  }
  const around = (path: MemberPath): SourceEntry => {
    for (let steps = path; steps.length > 0; steps = steps.slice(0, -1)) {
      const entry = exact(steps)
      if (entry !== undefined) return entry
    }
    return exact([]) ?? { key: { start: 0, end: 0 }, value: { start: 0, end: 0 } }
  }
  return {
    origin,
    keySpan: (path) => around(path).key,
    valueSpan: (path) => exact(path)?.value ?? around(path).key,
    insideText(path, offset) {
      const { inside, value } = around(path)
      return inside === undefined ? value.start : inside(offset)
    },
    position: (offset) => positionIn(lineStarts, offset),
  }
}

/** Offsets at which lines begin; lines end with LF. */
export function startsOfLines(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Line and column, both from 1, by binary search. */
export function positionIn(
  lineStarts: readonly number[],
  offset: number,
): { readonly line: number; readonly column: number } {
  let low = 0
  let high = lineStarts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 }
}
