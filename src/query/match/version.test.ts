import { expect, test } from 'vitest'
import { compareVersions, parseVersion } from './version.ts'

test('versions stand by their numbers, pre-releases first, and what is no version last', () => {
  const inOrder = [
    '1.2-rc',
    '1.2',
    '1.2.0-1',
    '1.2.0-2',
    '1.2.0-11',
    '1.2.0-alpha',
    '1.2.0-alpha.1',
    '1.2.0-beta',
    '1.2.0',
    '1.2.0+7',
    '1.2.4',
    '1.11.0',
    '2',
    '10.0.0',
    '100000000000000000000.1',
    '',
    '1.2.',
    'bad',
  ]
  const byVersion = (a: string, b: string) => compareVersions(parseVersion(a), parseVersion(b))
  expect(inOrder.toReversed().toSorted(byVersion)).toEqual(inOrder)
})

test('zeros at the left of a number change nothing', () => {
  expect(compareVersions(parseVersion('1.02.3'), parseVersion('01.2.3'))).toBe(0)
})
