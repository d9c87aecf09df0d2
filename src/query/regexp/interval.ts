import { codePointsOf } from './code-points.ts'
import type { RegexpNode } from './regexp-node.ts'

/**
 * The numbers from one to another, both included, in either order. Bounds of equal length (`<01-10>`) mean
 * exactly so many digits; bounds of different lengths allow any zeros in front.
 */
export function intervalNode(oneBound: string, otherBound: string): RegexpNode {
  const [low, high] =
    Number(oneBound) <= Number(otherBound) ? [oneBound, otherBound] : [otherBound, oneBound]
  if (low.length === high.length) return digitsBetween(low, high)
  const zeros: RegexpNode = { kind: 'repeat', of: digit(0, 0), min: 0, max: undefined }
  const [first, last] = [String(Number(low)), String(Number(high))]
  const lengths = Array.from({ length: last.length - first.length + 1 }, (_, i) => first.length + i)
  const of = lengths.map((length) =>
    digitsBetween(
      length === first.length ? first : `1${'0'.repeat(length - 1)}`,
      length === last.length ? last : '9'.repeat(length),
    ),
  )
  return { kind: 'concat', of: [zeros, { kind: 'union', of }] }
}

/** Numbers of one length from one to another; the tree is linear in the length. */
function digitsBetween(low: string, high: string): RegexpNode {
  if (/^0*$/.test(low) && /^9*$/.test(high)) {
    return { kind: 'concat', of: Array.from(low, () => digit(0, 9)) }
  }
  const [first, last] = [Number(low[0]), Number(high[0])]
  const [lowRest, highRest] = [low.slice(1), high.slice(1)]
  const [zeros, nines] = ['0'.repeat(lowRest.length), '9'.repeat(lowRest.length)]
  if (first === last) return concat(digit(first, first), digitsBetween(lowRest, highRest))
  const of = [concat(digit(first, first), digitsBetween(lowRest, nines))]
  if (last - first > 1) of.push(concat(digit(first + 1, last - 1), digitsBetween(zeros, nines)))
  of.push(concat(digit(last, last), digitsBetween(zeros, highRest)))
  return { kind: 'union', of }
}

function concat(...of: readonly RegexpNode[]): RegexpNode {
  return { kind: 'concat', of }
}

function digit(from: number, to: number): RegexpNode {
  return { kind: 'character', set: codePointsOf([[0x30 + from, 0x30 + to]]), negated: false }
}
