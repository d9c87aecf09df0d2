import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineSplitter, type Line } from './lines.ts'

function linesOf(chunks: readonly Uint8Array[], maxLineBytes = 1_000): readonly Line[] {
  const lines = lineSplitter(maxLineBytes)
  return [...chunks.flatMap((chunk) => lines.push(chunk)), ...lines.end()]
}

const bytes = (text: string): Uint8Array => Buffer.from(text)

test('lines end at line feeds, with or without a carriage return, and at the end of the stream', () => {
  expect(linesOf([bytes('a\r\nb\n\nc')])).toEqual([
    { kind: 'text', number: 1, text: 'a' },
    { kind: 'text', number: 2, text: 'b' },
    { kind: 'text', number: 3, text: '' },
    { kind: 'text', number: 4, text: 'c' },
  ])
})

test('a line beyond the limit is counted and let go, and the next line is whole', () => {
  const long = Buffer.alloc(5_000, 'x')
  const splitter = lineSplitter(100)
  expect(splitter.push(long)).toEqual([])
  expect(splitter.heldBytes()).toBe(0)
  expect([...splitter.push(long), ...splitter.push(bytes('\nnext\n'))]).toEqual([
    { kind: 'too-large', number: 1, bytes: 10_000 },
    { kind: 'text', number: 2, text: 'next' },
  ])
})

test('a line of exactly the limit is a line', () => {
  expect(linesOf([bytes('12345\n123456\n')], 5)).toEqual([
    { kind: 'text', number: 1, text: '12345' },
    { kind: 'too-large', number: 2, bytes: 6 },
  ])
})

test('bytes that are no UTF-8 spoil their own line alone', () => {
  expect(linesOf([Uint8Array.of(0xff, 0x0a), bytes('ü\n')])).toEqual([
    { kind: 'not-utf8', number: 1, bytes: 1 },
    { kind: 'text', number: 2, text: 'ü' },
  ])
})

test('however a stream is cut into chunks, the lines are the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant('\n'), fc.constant('\r\n'), fc.string({ unit: 'grapheme' })), {
        maxLength: 40,
      }),
      fc.array(fc.nat({ max: 200 }), { maxLength: 10 }),
      fc.integer({ min: 1, max: 30 }),
      (parts, cuts, maxLineBytes) => {
        const whole = Buffer.from(parts.join(''))
        const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length]
        const sorted = places.toSorted((a, b) => a - b)
        const chunks = sorted.slice(1).map((end, at) => whole.subarray(sorted[at], end))
        expect(linesOf(chunks, maxLineBytes)).toEqual(linesOf([whole], maxLineBytes))
      },
    ),
  )
})
