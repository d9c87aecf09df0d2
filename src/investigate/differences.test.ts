import { expect, test } from 'vitest'
import { differencesOf } from './differences.ts'

const alert = (parent: string, user: string) => ({
  user: { name: user },
  process: { parent: { executable: parent } },
})

test('what sets some alerts apart comes first, what all share is left out', () => {
  const chosen = [alert('/runner', 'ci'), alert('/runner', 'ci')]
  const others = [alert('/bash', 'ci'), alert('/bash', 'ann')]
  expect(differencesOf(chosen, others)).toEqual([
    { field: 'process.parent.executable', value: '/runner', chosen: 1, others: 0 },
    { field: 'user.name', value: 'ci', chosen: 1, others: 0.5 },
  ])
  expect(differencesOf(chosen, chosen)).toEqual([])
  expect(differencesOf([], others)).toEqual([])
})
