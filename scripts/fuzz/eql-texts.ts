import { eql } from '#query'
import { eqlInputs } from './eql-inputs.ts'
import type { FuzzTarget } from './fuzz.ts'
import type { Draw } from './random.ts'

/** The lexer and the parser of EQL; what parses must print as EQL that parses and prints the same. */
export function eqlTexts(draw: Draw, seeds: readonly string[]): FuzzTarget<string> {
  const codes = new Map<string, number>()
  let [accepted, refused, longest] = [0, 0, 0]
  return {
    next: eqlInputs(draw, seeds),
    work: (text) => void eql.parse(text),
    judge(text) {
      longest = Math.max(longest, text.length)
      const parsed = eql.parse(text)
      if (parsed.ok) {
        accepted++
        const printed = eql.format(parsed.value)
        const again = eql.parse(printed)
        return again.ok && eql.format(again.value) === printed ? undefined : 'is printed otherwise'
      }
      refused++
      for (const { code, span } of parsed.error) {
        codes.set(code, (codes.get(code) ?? 0) + 1)
        const isWithin = span.start >= 0 && span.start <= span.end && span.end <= text.length
        if (!isWithin) return `has ${code} outside of it`
      }
      return parsed.error.length === 0 ? 'is refused without a word' : undefined
    },
    shown: (text) => text,
    counts: () => ({
      accepted,
      refused,
      longest,
      codes: Object.fromEntries([...codes].toSorted(([, a], [, b]) => b - a)),
    }),
  }
}
