import { expect, test } from 'vitest'
import { assert } from '#base'
import type { EventSource } from '#event'
import { documentSlots, type DocumentSlots } from './document-slots.ts'

/** Both ways of reading a document. */
const ways = {
  parsed: (slots: DocumentSlots, source: EventSource) => slots.read(source),
  scanned: (slots: DocumentSlots, source: EventSource) =>
    assert(slots.readJson(new TextEncoder().encode(JSON.stringify(source))), 'it can be scanned'),
}

test.each(Object.entries(ways))(
  '%s: classes and values stay apart however many were met, and forgotten',
  (_way, read) => {
    const slots = documentSlots()
    const a = slots.slotOf('a')
    const both = slots.groupOf([a, slots.slotOf('b')])
    let known = 0
    let wrong = 0
    for (let n = 0; n < 40_000; n++) {
      // What comes but once is not remembered: each document comes again soon.
      for (const which of [n, Math.max(0, n - 1)]) {
        read(slots, { a: [`v${which}`, which], b: which % 2 === 0 ? 'é"' : `${which}` })
        const classes = [slots.classOf(1, a), slots.classOf(2, both)]
        for (const [place, each] of classes.entries()) {
          if (each === which + 1 + place) known++
          else if (each !== -1) wrong++
        }
        slots.putClass(1, a, which + 1)
        slots.putClass(2, both, which + 2)
        if (n % 997 === 0) expect(slots.valuesIn(a)).toEqual([`v${which}`, which])
      }
    }
    expect(wrong).toBe(0)
    // Nothing would be wrong either if nothing were ever remembered.
    read(slots, { a: ['v39998', 39_998], b: 'é"' })
    expect(slots.classOf(1, a)).toBe(39_999)
    expect(known).toBeGreaterThan(0)
  },
)

test.each(Object.entries(ways))(
  '%s: what stands in one slot is of another class than the same in another slot, or of another type',
  (_way, read) => {
    const slots = documentSlots()
    const both = slots.groupOf([slots.slotOf('a'), slots.slotOf('b')])
    const documents: readonly EventSource[] = [
      { a: 'x' },
      { b: 'x' },
      { a: 'x', b: 'x' },
      { a: ['x', 'x'] },
      { a: ['x', 'y'] },
      { a: 'xy' },
      { a: 1 },
      { a: '1' },
      { a: true },
      { a: 'true' },
      { b: [1, 'x'] },
      { a: 1, b: 'x' },
    ]
    for (let round = 0; round < 3; round++) {
      for (const [place, source] of documents.entries()) {
        read(slots, source)
        expect([-1, place + 1]).toContain(slots.classOf(1, both))
        slots.putClass(1, both, place + 1)
      }
    }
    for (const [place, source] of documents.entries()) {
      read(slots, source)
      expect(slots.classOf(1, both)).toBe(place + 1)
    }
    read(slots, { c: 1 })
    expect(slots.classOf(1, both)).toBe(0)
  },
)
