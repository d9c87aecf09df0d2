import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestWord } from './text.ts'

const edit = fc.record({
  at: fc.nat(30),
  kind: fc.constantFrom('leave out', 'put in', 'swap'),
})
const misspelt = fc
  .tuple(
    fc.constantFrom('process.parent.executable', 'process.parent.entity_id', 'source.as.number'),
    fc.array(edit, { maxLength: 4 }),
  )
  .map(([name, edits]) =>
    edits.reduce<string>((text, { at, kind }) => {
      const [before, a = '', b = '', after] = [
        text.slice(0, at),
        text[at],
        text[at + 1],
        text.slice(at + 2),
      ]
      if (kind === 'put in') return `${before}x${a}${b}${after}`
      return kind === 'swap' ? `${before}${b}${a}${after}` : `${before}${b}${after}`
    }, name),
  )
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.'), maxLength: 10 }),
  misspelt,
)

test('the nearest word is the first of those that a whole table of distances says are nearest', () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 8 }), (asked, words) => {
      const most = Math.min(3, Math.max(1, Math.floor(asked.length / 3)))
      const distances = words.map((each) => distance(asked, each))
      const least = Math.min(...distances)
      const expected = least <= most ? words[distances.indexOf(least)] : undefined
      expect(nearestWord(asked, words)).toBe(expected)
    }),
    { numRuns: 3000 },
  )
})

/** Edits between two words, a swap of neighbours being one: every cell of the table. */
function distance(a: string, b: string): number {
  const table = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number) => table[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    table.push([i])
    for (let j = 1; j <= b.length; j++) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const ways = [
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]),
      ]
      table[i]?.push(Math.min(...ways, isSwap ? at(i - 2, j - 2) + 1 : Infinity))
    }
  }
  return at(a.length, b.length)
}
