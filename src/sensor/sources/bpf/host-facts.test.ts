import { expect, test } from 'vitest'
import { defaultRingBytes, highestCpu, ringBytesFor } from './host-facts.ts'

const mebibyte = 1024 * 1024

test.each([
  [1, 16],
  [4, 32],
  [16, 32],
  [17, 64],
])('a machine with %i GiB of memory gets a ring of %i MiB', (gibibytes, mebibytes) => {
  expect(defaultRingBytes(gibibytes * 1024 * mebibyte)).toBe(mebibytes * mebibyte)
})

test.each([
  [1, 65_536],
  [65_536, 65_536],
  [65_537, 131_072],
  [3 * mebibyte, 4 * mebibyte],
  [1e12, 1024 * mebibyte],
])('a ring of %i bytes takes %i', (wanted, given) => {
  expect(ringBytesFor(wanted)).toBe(given)
})

test.each([
  ['0\n', 0],
  ['0-1\n', 1],
  ['0-3,8-11\n', 11],
])('the highest CPU of %j is %i', (list, highest) => {
  expect(highestCpu(list)).toBe(highest)
})
