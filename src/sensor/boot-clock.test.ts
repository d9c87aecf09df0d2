import { expect, test } from 'vitest'
import { isoOfNs, offsetBetween } from './boot-clock.ts'
import { entityIds, ticksOf } from './entity-id.ts'

test('a time has nine fraction digits, leading zeros included', () => {
  expect(isoOfNs(1_785_578_400_123_000_789n)).toBe('2026-08-01T10:00:00.123000789Z')
  expect(isoOfNs(5n)).toBe('1970-01-01T00:00:00.000000005Z')
})

test('an offset is taken from the tightest of several readings', () => {
  const base = [0n, 1000n, 2000n, 2010n, 3000n, 4000n, 5000n, 6000n, 7000n, 8000n]
  const target = [9000n, 102_005n, 9000n, 9000n, 9000n]
  expect(
    offsetBetween(
      () => base.shift() ?? 0n,
      () => target.shift() ?? 0n,
    ),
  ).toBe(100_000n)
})

test('kernel start and proc start give one entity id', () => {
  const idOf = entityIds('host', 'boot')
  expect(idOf(7, ticksOf(1_239_999_999n))).toBe(idOf(7, 123))
  expect(idOf(7, 123)).toMatch(/^[\w-]{22}$/)
  expect(entityIds('host', 'other boot')(7, 123)).not.toBe(idOf(7, 123))
})
