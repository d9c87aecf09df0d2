import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { combinationHash, randomSeed, type CombinationHash } from './combination-hash.ts'
import { bitOf, bitsBetween, oldestOf } from './bucket-span.ts'
import { staleFirst, undecidable } from './sighting-shard.ts'
import { sightingTable, type SightingTable } from './sighting-table.ts'

/** What a plain map would keep of a combination. */
interface Plain {
  bits: number
  first: number
}

/** Few identities for many combinations, which an attacker would like to have; the check tells them apart. */
const meeting: CombinationHash = (key, words) => {
  strong(key, words)
  words[0] = (words[0] ?? 0) & 0xc000_0000
  words[1] = (words[1] ?? 0) & 0x7
}
const strong = combinationHash(randomSeed())

type Step =
  | { readonly key: string; readonly ahead: number; readonly part: number }
  | { readonly roll: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      key: fc.integer({ min: 0, max: 60 }).map(String),
      ahead: fc.integer({ min: 0, max: 31 }),
      part: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(undecidable)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ roll: fc.integer({ min: 1, max: 40 }) }) },
)

/** Plays steps on a table and on a map; gives both at the end. */
function play(hash: CombinationHash, steps: readonly Step[]) {
  let base = 1_000
  const table = sightingTable(hash, base)
  const plain = new Map<string, Plain>()
  for (const each of steps) {
    if ('roll' in each) {
      const gone = bitsBetween(base, base + each.roll - 1, base)
      base += each.roll
      table.roll(base)
      for (const [key, one] of plain) {
        if ((one.bits & gone) !== 0 && one.first !== undecidable) one.first = staleFirst
        one.bits &= ~gone
        if (one.bits === 0) plain.delete(key)
      }
      continue
    }
    const { key, part } = each
    const bucket = base + each.ahead
    table.add(key, { bucket, part })
    const one = plain.get(key)
    if (one === undefined) {
      plain.set(key, { bits: bitOf(bucket), first: part })
      continue
    }
    const oldest = oldestOf(one.bits, base)
    if (one.first === undecidable || part === undecidable) one.first = undecidable
    else if (bucket < oldest) one.first = part
    else if (bucket === oldest && one.first !== staleFirst) {
      one.first = Math.min(one.first, part)
    }
    one.bits |= bitOf(bucket)
  }
  return { table, plain }
}

/** What a table tells of keys, in their order. */
function found(table: SightingTable, of: readonly string[]): readonly Plain[] {
  const all: Plain[] = []
  table.find(of, (bits, first) => all.push({ bits: bits | 0, first }))
  return all
}

const keys = Array.from({ length: 61 }, (_, n) => String(n))

test('a table keeps what a map would, while time goes on', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const { table, plain } = play(strong, steps)
      const all = found(table, keys)
      for (const [at, key] of keys.entries()) {
        const one = plain.get(key)
        expect(all[at]?.bits).toBe(one?.bits ?? 0)
        if (one !== undefined) expect(all[at]).toEqual(one)
      }
      for (const shard of table.shards()) expect(shard.base).toBeGreaterThanOrEqual(1_000)
      expect(table.entries()).toBe(plain.size)
    }),
    { numRuns: 300 },
  )
})

test('combinations that meet in their identity are told apart by the check, or left undecided', () => {
  let decided = 0
  let undecided = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const { table, plain } = play(meeting, steps)
      const all = found(table, keys)
      for (const [at, key] of keys.entries()) {
        const one = plain.get(key)
        const { bits = 0, first = 0 } = all[at] ?? {}
        // What is decided is right: never met is never met, and met is met, when it was.
        if (bits === 0) expect(one).toBeUndefined()
        else if (first === undecidable) undecided++
        else {
          expect(one).toEqual({ bits, first })
          decided++
        }
      }
    }),
    { numRuns: 300 },
  )
  expect(decided).toBeGreaterThan(500)
  expect(undecided).toBeGreaterThan(1_000)
})

test('a hundred thousand combinations are found again, in 20 bytes each', () => {
  const table = sightingTable(strong, 0)
  for (let n = 0; n < 100_000; n++) table.add(`k${n}`, { bucket: n % 32, part: n % 1_000 })
  const many = Array.from({ length: 100_001 }, (_, n) => `k${n}`)
  for (const [n, { bits, first }] of found(table, many).entries()) {
    if (n < 100_000) expect([bits, first]).toEqual([bitOf(n % 32), n % 1_000])
    else expect(bits).toBe(0)
  }
  expect(table.entries()).toBe(100_000)
  expect(table.bytes() / table.entries()).toBeLessThan(20.2)
  table.roll(16)
  let left = 0
  for (const { entries } of table.shards()) left += entries
  expect([left, table.entries()]).toEqual([50_000, 50_000])
})

test('another seed gives other words', () => {
  const [a, b] = [new Uint32Array(3), new Uint32Array(3)]
  strong('["sh"]', a)
  combinationHash(randomSeed())('["sh"]', b)
  expect([...a]).not.toEqual([...b])
  strong('["sh"]', b)
  expect([...a]).toEqual([...b])
})
