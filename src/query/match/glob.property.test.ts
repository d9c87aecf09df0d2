import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GlobPart } from '../plan/filter-plan.ts'
import { slowGlob } from './evaluate-value.ts'
import { compileGlobs } from './glob-list.ts'
import { compileGlob } from './glob.ts'
import { parseIp, parseIpBlock } from './ip.ts'
import { wordsOf } from './words.ts'

const part: fc.Arbitrary<GlobPart> = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), minLength: 1, maxLength: 3 })
    .map((text): GlobPart => ({ kind: 'literal', text })),
  fc.constant<GlobPart>({ kind: 'any-run' }),
  fc.constant<GlobPart>({ kind: 'any-one' }),
)
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\u{1f600}'), maxLength: 12 })

test('a compiled glob agrees with the table of all partial matches', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), text, (glob, candidate) => {
      expect(compileGlob(glob)(candidate)).toBe(slowGlob(glob, candidate))
    }),
    { numRuns: 5000 },
  )
})

test('a list of globs is matched as its globs one by one', () => {
  const list = fc.array(fc.array(part, { maxLength: 4 }), { maxLength: 8 })
  fc.assert(
    fc.property(list, text, (globs, value) => {
      const one = globs.some((glob) => slowGlob(glob, value))
      expect(compileGlobs(globs)(value)).toBe(one)
    }),
    { numRuns: 3000 },
  )
})

test('a glob with hundreds of wildcards over a long text ends', () => {
  const glob = Array.from({ length: 500 }, (): GlobPart[] => [
    { kind: 'any-run' },
    { kind: 'literal', text: 'a' },
  ]).flat()
  expect(compileGlob([...glob, { kind: 'literal', text: 'b' }])('a'.repeat(100_000))).toBe(false)
  const single: GlobPart[] = [
    { kind: 'any-run' },
    { kind: 'any-one' },
    { kind: 'literal', text: 'b' },
  ]
  expect(compileGlob([...single, ...glob])('a'.repeat(100_000))).toBe(false)
})

test('words are lower case, without the space and the marks between them, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (value) => {
      for (const word of wordsOf(value)) expect(word).not.toMatch(/^$|[\s()"]/)
    }),
  )
})

test('a text of one long word is read in one pass', () => {
  expect(wordsOf('x'.repeat(1_000_000))).toHaveLength(Math.ceil(1_000_000 / 255))
  expect(wordsOf('a.'.repeat(300_000)).length).toBeGreaterThan(0)
})

test('addresses read back from every way of writing them', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, bits) => {
      expect(parseIp(address), address).toBeDefined()
      expect(parseIpBlock(`${address}/${bits}`)?.bits).toBe(bits)
    }),
  )
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(parseIp(`::ffff:${address}`)).toEqual(parseIp(address))
    }),
  )
})

test.each([
  '',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '::12345',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4444',
  '::1.2.3',
  'fe80::1%eth0',
  '1.2.3.4/33',
  '::/129',
  '::/x',
  '/8',
])('%j is no address', (value) => {
  expect(parseIpBlock(value)).toBeUndefined()
})
