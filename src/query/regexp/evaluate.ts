import { lowerCaseAscii, unreachable } from '#base'
import { holdsCodePoint, withLowerCase } from './code-points.ts'
import type { RegexpOptions } from './compile.ts'
import { parseRegexp } from './parse.ts'
import type { RegexpNode } from './regexp-node.ts'

/**
 * Whether a whole text matches an expression: the slow, obvious reading that {@link compileRegexp} must agree
 * with. It follows the tree and asks of every part where in the text it can end. False for what does not parse.
 */
export function evaluateRegexp(
  pattern: string,
  text: string,
  { caseless = false }: RegexpOptions = {},
): boolean {
  const parsed = parseRegexp(pattern)
  if (!parsed.ok) return false
  const characters = [...(caseless ? lowerCaseAscii(text) : text)].map((c) => c.codePointAt(0) ?? 0)
  return endsOf(parsed.value.node, 0, { characters, caseless }).has(characters.length)
}

interface Reading {
  readonly characters: readonly number[]
  readonly caseless: boolean
}

/** Every place where a part that begins at `from` can end. */
function endsOf(node: RegexpNode, from: number, reading: Reading): ReadonlySet<number> {
  switch (node.kind) {
    case 'character': {
      const character = reading.characters[from]
      if (character === undefined) return new Set()
      const set = reading.caseless ? withLowerCase(node.set) : node.set
      return holdsCodePoint(set, character) === node.negated ? new Set() : new Set([from + 1])
    }
    case 'concat':
      return node.of.reduce<ReadonlySet<number>>(
        (places, part) => new Set([...places].flatMap((at) => [...endsOf(part, at, reading)])),
        new Set([from]),
      )
    case 'union':
      return new Set(node.of.flatMap((part) => [...endsOf(part, from, reading)]))
    case 'intersection':
      return node.of
        .map((part) => endsOf(part, from, reading))
        .reduce((both, ends) => both.intersection(ends))
    case 'repeat':
      return repeatedEnds(node, from, reading)
    case 'complement': {
      const inner = endsOf(node.of, from, reading)
      const all = Array.from({ length: reading.characters.length - from + 1 }, (_, i) => from + i)
      return new Set(all.filter((end) => !inner.has(end)))
    }
    case 'nothing':
      return new Set()
    default:
      return unreachable(node)
  }
}

function repeatedEnds(
  { of, min, max }: Extract<RegexpNode, { readonly kind: 'repeat' }>,
  from: number,
  reading: Reading,
): ReadonlySet<number> {
  const ends = new Set<number>()
  let places: ReadonlySet<number> = new Set([from])
  // Beyond the least count, one more round than there are characters brings nothing new.
  const rounds = Math.min(max ?? Infinity, min + reading.characters.length + 1)
  for (let round = 0; round <= rounds && places.size > 0; round++) {
    if (round >= min) for (const place of places) ends.add(place)
    places = new Set([...places].flatMap((at) => [...endsOf(of, at, reading)]))
  }
  return ends
}
