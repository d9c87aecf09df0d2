import { expect, test } from 'vitest'
import { joinKey, type Ordinal } from '#query'
import { keyOrder } from './key-order.ts'

const [a, b, c] = ['a', 'b', 'c'].map((value) => joinKey([value]))

function at(timeMs: number, position = timeMs): Ordinal {
  return { timeMs, position }
}

function orderOf(maxKeys = 10) {
  if (a === undefined || b === undefined || c === undefined) throw new Error('three keys')
  const order = keyOrder({ maxKeys, fromMs: 100 })
  return { order, a, b, c }
}

test('what comes at or after the beginning is in order, what lies before it is not', () => {
  const { order, a: key } = orderOf()
  expect(order.advances(key, at(99))).toBe(false)
  expect(order.advances(key, at(100))).toBe(true)
})

test('each key has an order of its own', () => {
  const { order, a: one, b: other } = orderOf()
  expect(order.advances(one, at(200))).toBe(true)
  expect(order.advances(one, at(199))).toBe(false)
  expect(order.advances(other, at(199))).toBe(true)
  expect(order.advances(one, at(200, 201))).toBe(true)
})

test('of a forgotten key all are assumed to have come as far as it had', () => {
  const { order, a: one, b: two, c: three } = orderOf(2)
  order.advances(one, at(300))
  order.advances(two, at(200))
  order.advances(three, at(200))
  expect(order.advances(one, at(299))).toBe(false)
  expect(order.advances(two, at(201))).toBe(true)
  expect(order.advances(one, at(301))).toBe(true)
})
