import { err, lowerCaseAscii, ok, type Diagnostic, type Result } from '#base'
import { automatonOf, maxStates } from './automaton.ts'
import { compileAutomaton } from './lazy-dfa.ts'
import { parseRegexp } from './parse.ts'

/** How an expression is meant. */
export interface RegexpOptions {
  /** Compare A to Z without regard to case. */
  readonly caseless?: boolean
}

/** Whether a whole text matches; linear in the text. */
export type RegexpTest = (text: string) => boolean

/**
 * Compiles a Lucene regular expression, all operators on. A diagnostic where it does not parse, or where its
 * counts, complements and intersections need more states than we allow.
 */
export function compileRegexp(
  pattern: string,
  { caseless = false }: RegexpOptions = {},
): Result<RegexpTest, Diagnostic> {
  const parsed = parseRegexp(pattern)
  if (!parsed.ok) return parsed
  const automaton = automatonOf(parsed.value.node, caseless)
  if (automaton === undefined) return err(tooComplex(pattern))
  const test = compileAutomaton(automaton)
  return ok(caseless ? (text) => test(lowerCaseAscii(text)) : test)
}

/** Everything that is wrong with an expression or doubtful about it. */
export function checkRegexp(pattern: string): readonly Diagnostic[] {
  const parsed = parseRegexp(pattern)
  if (!parsed.ok) return [parsed.error]
  const { node, doubts } = parsed.value
  return automatonOf(node, false) === undefined ? [tooComplex(pattern), ...doubts] : doubts
}

function tooComplex(pattern: string): Diagnostic {
  return {
    code: 'regexp.too-complex',
    severity: 'error',
    message: `the expression needs more than ${maxStates} states, or too much work to find them`,
    span: { start: 0, end: pattern.length },
    help: 'lower the counts in braces, or avoid ~ and & over long parts',
  }
}
