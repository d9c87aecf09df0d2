import { expect, test } from 'vitest'
import { capabilityNames } from './capabilities.ts'

test('bits have names, and those of a newer kernel have numbers', () => {
  expect(capabilityNames(0n)).toEqual([])
  expect(capabilityNames((1n << 0n) | (1n << 21n) | (1n << 40n) | (1n << 41n))).toEqual([
    'CAP_CHOWN',
    'CAP_SYS_ADMIN',
    'CAP_CHECKPOINT_RESTORE',
    'CAP_41',
  ])
})
