import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cidrsOfRange } from './ip-range.ts'

test.each([
  ['10.0.0.0-10.0.0.255', ['10.0.0.0/24']],
  ['10.0.0.3-10.0.0.9', ['10.0.0.3/32', '10.0.0.4/30', '10.0.0.8/31']],
  ['0.0.0.0 - 255.255.255.255', ['0.0.0.0/0']],
  ['fe80::-fe80::ffff', ['fe80:0:0:0:0:0:0:0/112']],
  ['::ffff:1.2.3.4-::ffff:1.2.3.5', ['0:0:0:0:0:ffff:102:304/127']],
])('%s is exactly %j', (range, cidrs) => {
  expect(cidrsOfRange(range)).toEqual(cidrs)
})

test.each(['10.0.0.9-10.0.0.3', '10.0.0.1', '1.2.3-1.2.4', '1.2.3.4-::1', 'a-b', '1::2::3-ffff::'])(
  '%s is no range',
  (range) => {
    expect(cidrsOfRange(range)).toBeUndefined()
  },
)

test('the networks of a range hold each of its addresses once, and no other', () => {
  const ends = fc.tuple(fc.nat(2_000), fc.nat(2_000))
  fc.assert(
    fc.property(ends, ([a, b]) => {
      const [first, last] = a < b ? [a, b] : [b, a]
      const text = (value: number): string => `10.0.${value >> 8}.${value & 255}`
      const covered = (cidrsOfRange(`${text(first)}-${text(last)}`) ?? []).flatMap((cidr) => {
        const [, high, low, prefix] = /^10\.0\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr) ?? []
        const start = Number(high) * 256 + Number(low)
        return Array.from({ length: 2 ** (32 - Number(prefix)) }, (_, i) => start + i)
      })
      expect(covered).toEqual(Array.from({ length: last - first + 1 }, (_, i) => first + i))
    }),
  )
})
