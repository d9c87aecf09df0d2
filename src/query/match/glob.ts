import type { GlobPart } from '../plan/filter-plan.ts'

/**
 * Whether a whole text matches a glob. Without `?` the time is that of a few text searches; with it, at
 * most the text's length times that of the longest run between two `*`. Never exponential.
 */
export function compileGlob(parts: readonly GlobPart[]): (text: string) => boolean {
  const runs = runsOf(parts)
  const [first = [], ...rest] = runs
  const last = rest.pop()
  if (last === undefined) return (text) => fixedLengthMatch(text, first)
  if (runs.every(isPlain)) {
    return plainGlob(plainText(first), rest.map(plainText), plainText(last))
  }
  return (text) => {
    let at = matchAt(text, 0, first)
    if (at < 0) return false
    for (const run of rest) {
      at = findRun(text, at, run)
      if (at < 0) return false
    }
    return endsWithRun(text, at, last)
  }
}

/** What stands between two `*`: literal texts and single characters. */
type Run = readonly GlobPart[]

function runsOf(parts: readonly GlobPart[]): readonly Run[] {
  const runs: GlobPart[][] = [[]]
  for (const part of parts) {
    if (part.kind === 'any-run') runs.push([])
    else runs.at(-1)?.push(part)
  }
  return runs
}

function isPlain(run: Run): boolean {
  return run.every((part) => part.kind === 'literal')
}

function plainText(run: Run): string {
  return run.map((part) => (part.kind === 'literal' ? part.text : '')).join('')
}

function plainGlob(
  first: string,
  middle: readonly string[],
  last: string,
): (text: string) => boolean {
  const pieces = middle.filter((piece) => piece !== '')
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    for (const piece of pieces) {
      const found = text.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    return at <= text.length - last.length
  }
}

function fixedLengthMatch(text: string, run: Run): boolean {
  return matchAt(text, 0, run) === text.length
}

/** Where a run that begins at an offset ends; -1 where it does not match there. */
function matchAt(text: string, at: number, run: Run): number {
  let end = at
  for (const part of run) {
    if (part.kind === 'literal') {
      if (!text.startsWith(part.text, end)) return -1
      end += part.text.length
    } else {
      if (end >= text.length) return -1
      end += characterLength(text, end)
    }
  }
  return end
}

/** The end of the first match of a run at an offset or later; -1 where there is none. */
function findRun(text: string, from: number, run: Run): number {
  for (let at = from; at <= text.length; at += characterLength(text, at)) {
    const end = matchAt(text, at, run)
    if (end >= 0) return end
  }
  return -1
}

/** Whether a run matches at the very end of a text, not before an offset. */
function endsWithRun(text: string, from: number, run: Run): boolean {
  let at = text.length
  for (let part = run.length - 1; part >= 0; part--) {
    const piece = run[part]
    if (piece === undefined) return false
    if (piece.kind === 'literal') at -= piece.text.length
    else at -= isPair(text, at - 2) ? 2 : 1
    if (at < from) return false
  }
  return matchAt(text, at, run) === text.length
}

/** Code units of the character at an offset: `?` takes a whole one, also outside the basic plane. */
function characterLength(text: string, at: number): number {
  return isPair(text, at) ? 2 : 1
}

function isPair(text: string, at: number): boolean {
  return at >= 0 && (text.codePointAt(at) ?? 0) > 0xffff
}

/** The glob for texts whose letters are folded, with its own folded likewise; itself where there is no folding. */
export function foldedGlob(
  parts: readonly GlobPart[],
  fold: ((text: string) => string) | undefined,
): readonly GlobPart[] {
  if (fold === undefined) return parts
  return parts.map((part) =>
    part.kind === 'literal' ? { kind: 'literal', text: fold(part.text) } : part,
  )
}
