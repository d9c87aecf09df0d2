import { expect, test } from 'vitest'
import { boundedMap } from './bounded-map.ts'

test('a full map forgets what was not used for the longest time', () => {
  const map = boundedMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.get('a')
  map.set('c', 3)
  expect([map.has('a'), map.has('b'), map.has('c'), map.size]).toEqual([true, false, true, 2])
})
