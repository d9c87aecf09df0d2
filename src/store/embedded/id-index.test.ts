import { expect, test } from 'vitest'
import { buildBloom, idBloom, mayHold } from './bloom.ts'
import { idIndex } from './id-index.ts'
import type { AskedId } from './segment.ts'
import { idHash } from './term-hash.ts'

const index = 'logs-a-x'

function asked(id: string): AskedId {
  return { index, id, hash: idHash(index, id) }
}

/** As much of a segment as is asked here: its ids are `<number>-0` and so on, and so is its filter. */
function segmentOf(number: number, count: number) {
  const hashes = Array.from({ length: count }, (_, n) => idHash(index, `${number}-${n}`))
  const filter = buildBloom(
    { size: () => count, forEach: (visit) => hashes.forEach(({ a, b }) => visit(a, b)) },
    idBloom,
  )
  return {
    firstSequence: number,
    filter,
    takeIds: () => (number % 7 === 0 ? undefined : filter),
    mayHold: ({ hash }: AskedId) => mayHold(filter, hash, idBloom),
  }
}

test.each([0, 25, 60, 70])(
  'the index names every segment that its own filter names, and no other, as segments come and go, of which %i are laid over each other at first',
  (laidAtFirst) => {
    const all = Array.from({ length: 100 }, (_, number) =>
      segmentOf(number, 1 + ((number * 37) % 90)),
    )
    const ids = idIndex(all.slice(0, 60))
    for (let laid = 0; laid < laidAtFirst; laid++) ids.layOne()
    for (const segment of all.slice(60)) ids.add(segment)
    const gone = new Set(all.filter(({ firstSequence }) => firstSequence < 40))
    for (const segment of gone) ids.remove(segment)
    for (let number = 0; number < 110; number++) {
      for (const id of [`${number}-0`, `${number}-${(number * 37) % 90}`, `${number}-none`]) {
        const expected = all.filter((each) => !gone.has(each) && each.mayHold(asked(id)))
        expect(ids.mayHold(asked(id))).toEqual(expected)
      }
      ids.layOne()
    }
  },
)
