import { expect, test } from 'vitest'
import { execRules } from './audit-control.ts'

test('the rule asks for successful execs of this architecture, with our key', () => {
  const [rule] = execRules('x64')
  const words = new Uint32Array(rule?.buffer.slice(0, 260 * 4) ?? new ArrayBuffer(0))
  expect(Array.from(words.slice(0, 3))).toEqual([4, 2, 3])
  const bits = Array.from(words.slice(3, 67)).flatMap((word, index) =>
    Array.from({ length: 32 }, (_, bit) => bit)
      .filter((bit) => (word >>> bit) & 1)
      .map((bit) => index * 32 + bit),
  )
  expect(bits).toEqual([59, 322])
  expect(Array.from(words.slice(67, 70))).toEqual([11, 104, 210])
  expect(Array.from(words.slice(131, 134))).toEqual([0xc000003e, 1, 7])
  expect(Buffer.from(rule?.slice(260 * 4) ?? []).toString()).toBe('vedette')
})

test('an architecture whose call numbers we do not know is refused in words', () => {
  expect(() => execRules('mips')).toThrow('the numbers of exec on mips are not known')
})
