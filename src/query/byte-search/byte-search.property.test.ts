import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteSearch } from './byte-search.ts'

const text = fc
  .array(fc.constantFrom(...'ab-K/.\\u1'), { minLength: 2, maxLength: 9 })
  .map((letters) => letters.join(''))
const bytes = fc
  .array(fc.constantFrom(...'aAbB-kK/.\\u1\n'), { maxLength: 300 })
  .map((letters) => letters.join(''))

test('a search finds the places that a slow one finds, wherever it begins and ends', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 5 }),
      bytes,
      fc.nat(40),
      fc.nat(40),
      (texts, input, before, after) => {
        const search = byteSearch(texts, 512)
        if (search === undefined) throw new Error('WebAssembly with SIMD is needed')
        search.room.set(new TextEncoder().encode(input))
        const from = Math.min(before, input.length)
        const to = Math.max(from, input.length - after)
        const expected: number[] = []
        for (let at = from; at < to; at++) {
          const isFound = texts.some(
            (wanted) =>
              at + wanted.length <= to &&
              input.slice(at, at + wanted.length).toLowerCase() === wanted.toLowerCase(),
          )
          if (isFound) expected.push(at)
        }
        const places = search.placesIn(from, to)
        const found: number[] = []
        for (let at = places.next(from); at >= 0; at = places.next(at + 1)) found.push(at)
        expect(found).toEqual(expected)
        const feeds = input.slice(from, to).split('\n').length - 1
        expect(search.lineFeeds(from, to)).toBe(feeds)
      },
    ),
    { numRuns: 2000 },
  )
})
