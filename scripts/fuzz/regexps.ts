import { emptyCatalogue } from '#event'
import { compileRegexp, evaluateFilter } from '#query'
import type { FuzzTarget } from './fuzz.ts'
import { oneOf, type Draw } from './random.ts'

/** An expression and a text, which may be made of its own characters. */
interface RegexpInput {
  readonly pattern: string
  readonly caseless: boolean
  readonly text: string
}

const pieces = [
  ...'a b c A 1 9 é . * + ? | & ~ @ # ( ) [ ] [^ - ^ $ < > { } " \\ \\d \\w \\s \\S \\. .* .+ .*? (a|b)* (.*a){3}'.split(
    ' ',
  ),
  ...'{2} {0,3} {3,} {900} [a-z] [^a-z0-9] <1-100> <0-99999> "lit*" ~(ab) (a&.*) (a*)* (a|a)* [\\w-]+ \\u{41}'.split(
    ' ',
  ),
  ' ',
  '\u{1f600}',
]

/** Reading, compiling and running regular expressions; over short texts the slow reference must say the same. */
export function regexps(draw: Draw, seeds: readonly string[]): FuzzTarget<RegexpInput> {
  let [refused, matched, unmatched, compared] = [0, 0, 0, 0]
  return {
    next() {
      const pattern =
        draw(3) === 0 && seeds.length > 0 ? changed(oneOf(draw, seeds), draw) : made(draw)
      return { pattern, caseless: draw(2) === 0, text: textNear(pattern, draw) }
    },
    work({ pattern, caseless, text }) {
      const compiled = compileRegexp(pattern, { caseless })
      if (compiled.ok) compiled.value(text)
    },
    judge({ pattern, caseless, text }) {
      const compiled = compileRegexp(pattern, { caseless })
      if (!compiled.ok) {
        refused++
        return undefined
      }
      const found = compiled.value(text)
      if (found) matched++
      else unmatched++
      if (text.length > 12 || pattern.length > 12) return undefined
      compared++
      if (evaluated(pattern, caseless, text) !== found) {
        return `is matched otherwise in ${JSON.stringify(text)}`
      }
      return undefined
    },
    shown: ({ pattern }) => pattern,
    counts: () => ({ refused, matched, unmatched, comparedWithReference: compared }),
  }
}

function evaluated(pattern: string, caseless: boolean, text: string): boolean {
  const field = { kind: 'field', name: 'text' } as const
  const context = { fields: emptyCatalogue(), nowMs: 0 }
  return evaluateFilter({ kind: 'regexp', field, pattern, caseless }, { text }, context)
}

function made(draw: Draw): string {
  return Array.from({ length: 1 + draw(draw(4) === 0 ? 40 : 6) }, () => oneOf(draw, pieces)).join(
    '',
  )
}

function changed(pattern: string, draw: Draw): string {
  const at = draw(pattern.length + 1)
  const after = pattern.slice(at + draw(4))
  return pattern.slice(0, at) + oneOf(draw, pieces).repeat(draw(20) === 0 ? 500 : 1) + after
}

function textNear(pattern: string, draw: Draw): string {
  const plain = pattern.replace(/[^\p{L}\p{N} ]/gu, '')
  const unit = draw(3) === 0 ? oneOf(draw, ['a', 'ab', 'A1', 'c9 ', '\u{1f600}', 'é']) : plain
  return unit
    .repeat(draw(30) === 0 ? Math.ceil(5_000 / (unit.length + 1)) : draw(4))
    .slice(0, 20_000)
}
