import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestWord } from './text.ts'

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.'), maxLength: 10 })

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
