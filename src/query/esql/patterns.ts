import { ok, type Result } from '#base'
import { compileGlob } from '../match/glob.ts'
import type { GlobPart } from '../plan/filter-plan.ts'
import { compileRegexp } from '../regexp/compile.ts'

/** The parts of a pattern of LIKE: `*` any run, `?` any character, after a backslash each is itself. */
export function likeParts(pattern: string): readonly GlobPart[] {
  const parts: GlobPart[] = []
  let text = ''
  const flush = () => {
    if (text !== '') parts.push({ kind: 'literal', text })
    text = ''
  }
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern.charAt(at)
    if (sign === '\\' && at + 1 < pattern.length) text += pattern.charAt(++at)
    else if (sign === '*' || sign === '?') {
      flush()
      parts.push({ kind: sign === '*' ? 'any-run' : 'any-one' })
    } else text += sign
  }
  flush()
  return parts
}

/** Whether a text is any of some patterns of LIKE, or of RLIKE; what is wrong with one of them. */
export function compilePatterns(
  kind: 'like' | 'rlike',
  patterns: readonly string[],
): Result<(text: string) => boolean, string> {
  const tests: ((text: string) => boolean)[] = []
  for (const pattern of patterns) {
    if (kind === 'like') {
      tests.push(compileGlob(likeParts(pattern)))
      continue
    }
    const test = compileRegexp(pattern)
    if (!test.ok) return { ok: false, error: test.error.message }
    tests.push(test.value)
  }
  return ok((text) => tests.some((test) => test(text)))
}

/** Whether a pattern of LIKE is one that every text fits. */
export function fitsAnything(pattern: string): boolean {
  return /^\*+$/.test(pattern)
}
