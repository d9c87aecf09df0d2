import type { GlobPart } from '../plan/filter-plan.ts'
import { compileGlob } from './glob.ts'

/**
 * Whether a whole text matches any of many globs. Beginnings (`a*`) and ends (`*a`) are looked up in one step
 * for each length that there is of them; the other globs are tried in turn.
 */
export function compileGlobs(globs: readonly (readonly GlobPart[])[]): (text: string) => boolean {
  const starts: string[] = []
  const ends: string[] = []
  const others: ((text: string) => boolean)[] = []
  for (const glob of globs) {
    const [first, second, ...more] = glob
    if (first?.kind === 'literal' && second?.kind === 'any-run' && more.length === 0) {
      starts.push(first.text)
    } else if (first?.kind === 'any-run' && second?.kind === 'literal' && more.length === 0) {
      ends.push(second.text)
    } else {
      others.push(compileGlob(glob))
    }
  }
  const isStart = lookup(starts, (text, length) => text.slice(0, length))
  const isEnd = lookup(ends, (text, length) => text.slice(text.length - length))
  return (text) => {
    if (isStart(text) || isEnd(text)) return true
    for (const matches of others) if (matches(text)) return true
    return false
  }
}

/** Whether the part of a text that has the length of some of the sought texts is one of them. */
function lookup(
  sought: readonly string[],
  partOf: (text: string, length: number) => string,
): (text: string) => boolean {
  const byLength = [...Map.groupBy(sought, ({ length }) => length)].map(
    ([length, texts]) => [length, new Set(texts)] as const,
  )
  return (text) => {
    for (const [length, texts] of byLength) {
      if (length <= text.length && texts.has(partOf(text, length))) return true
    }
    return false
  }
}
