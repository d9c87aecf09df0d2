import { err, ok, type Diagnostic, type Result, type Span } from '#base'
import type { PlanBound } from '../plan/filter-plan.ts'
import { isSpace, unescapedAt } from './escape.ts'
import { slip } from './slips.ts'

/** `[a TO b]`, `{a TO b}`, `[a TO b}`; a bound `*` is open. */
export interface RangeToken {
  readonly kind: 'range'
  readonly low: PlanBound | undefined
  readonly high: PlanBound | undefined
  readonly span: Span
}

/** The range whose opening bracket stands at an offset. */
export function rangeTokenAt(text: string, start: number): Result<RangeToken, Diagnostic> {
  const low = boundAt(text, start + 1)
  if (!low.ok) return low
  const word = boundAt(text, low.value.end)
  if (!word.ok) return word
  if (low.value.value === '' || word.value.written !== 'TO') return err(malformed(text, start))
  const high = boundAt(text, word.value.end)
  if (!high.ok) return high
  const close = skipSpace(text, high.value.end)
  if (high.value.value === '' || (text[close] !== ']' && text[close] !== '}')) {
    return err(malformed(text, start))
  }
  return ok({
    kind: 'range',
    low: toBound(low.value, text[start] === '['),
    high: toBound(high.value, text[close] === ']'),
    span: { start, end: close + 1 },
  })
}

interface Bound {
  readonly value: string
  readonly written: string
  readonly end: number
}

function toBound({ value, written }: Bound, inclusive: boolean): PlanBound | undefined {
  return written === '*' ? undefined : { value, inclusive }
}

function boundAt(text: string, from: number): Result<Bound, Diagnostic> {
  const start = skipSpace(text, from)
  const isQuoted = text[start] === '"'
  let end = isQuoted ? start + 1 : start
  let value = ''
  while (end < text.length && !(isQuoted ? text[end] === '"' : endsBound(text[end]))) {
    const step = unescapedAt(text, end)
    if (!step.ok) return step
    value += step.value.text
    end = step.value.end
  }
  if (isQuoted) end++
  return ok({ value, written: text.slice(start, end), end: Math.min(end, text.length) })
}

function endsBound(character: string | undefined): boolean {
  return isSpace(character) || character === ']' || character === '}'
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at])) at++
  return at
}

function malformed(text: string, start: number): Diagnostic {
  const open = text[start] ?? ''
  return slip(
    'malformed-range',
    `${open} begins a range, which is written [a TO b], with { or } where a bound lies outside`,
    { start, end: start + 1 },
    { help: `write \\${open} for the character, or put the value in quotes`, patch: `\\${open}` },
  )
}
