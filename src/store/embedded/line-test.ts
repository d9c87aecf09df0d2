import type { NecessaryTerms } from '#query'
import type { LineTest } from './block.ts'

/**
 * Whether a line may be that of a match, by the texts that each match must have: one of each group stands in
 * it, as it is. Undefined where nothing can be told from the bytes.
 */
export function lineTestOf(terms: NecessaryTerms): LineTest | undefined {
  const groups = terms.flatMap((group) => {
    const needles = group.map((term) => (term.kind === 'value' ? needleOf(term.value) : undefined))
    return needles.every((needle) => needle !== undefined) ? [needles] : []
  })
  if (groups.length === 0) return undefined
  const seekers = groups.map((needles) => needles.map(seeker))
  return (bytes, start, end) =>
    seekers.every((group) => group.some((isIn) => isIn(bytes, start, end)))
}

/** What passes both tests; where one of them tells nothing, the other alone. */
export function bothTests(a: LineTest | undefined, b: LineTest | undefined): LineTest | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return (bytes, start, end) => a(bytes, start, end) && b(bytes, start, end)
}

/** The bytes of a value as JSON writes it, without quotes, which a number has none of. */
function needleOf(value: string): Buffer | undefined {
  const inside = JSON.stringify(value).slice(1, -1)
  return inside === value && value.length >= shortestNeedle && value.isWellFormed()
    ? Buffer.from(value)
    : undefined
}

/** Shorter texts stand in nearly every line. */
const shortestNeedle = 2

/** Lines are asked about in order: where the text stands next is looked for once, not once a line. */
function seeker(needle: Buffer): LineTest {
  let seen: Buffer | undefined
  let next = -1
  return (bytes, start, end) => {
    const isNew = bytes !== seen || start === 0
    if (isNew || (next >= 0 && next < start)) next = bytes.indexOf(needle, start)
    seen = bytes
    return next >= 0 && next + needle.length <= end
  }
}
