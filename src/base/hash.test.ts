import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashOf, uuidOf } from './hash.ts'

test('a hash is the SHA-256 of its length-prefixed parts', () => {
  const expected = createHash('sha256').update('3:abc1:é').digest('hex')
  expect(hashOf('abc', 'é')).toBe(expected)
})

test('parts that only join to the same text have different hashes', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
      expect(hashOf(a, b)).not.toBe(hashOf(a + b))
      expect(hashOf(a, b)).not.toBe(hashOf(a + b, ''))
    }),
  )
})

test('an id made of parts has the shape of a version 5 UUID and is always the same', () => {
  expect(uuidOf('rule', '1')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(uuidOf('rule', '1')).toBe(uuidOf('rule', '1'))
})
