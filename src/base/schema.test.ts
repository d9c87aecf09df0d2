import { expect, test } from 'vitest'
import { boolean, integer, list, object, oneOf, optional, string } from './schema.ts'

const shape = object({
  name: string({ minLength: 2 }),
  count: optional(integer({ minimum: 0, maximum: 9 })),
  tags: optional(list(oneOf('a', 'b'))),
  on: boolean(),
})

test('a value that fits is read, members that were left out stay out', () => {
  const read = shape.read({ name: 'xy', on: true }, '')
  expect(read).toEqual({ ok: true, value: { name: 'xy', on: true } })
})

test('texts of a query string count as numbers, claims and lists', () => {
  const read = shape.read({ name: 'xy', on: 'false', count: '7', tags: 'a,b' }, '')
  expect(read).toEqual({ ok: true, value: { name: 'xy', on: false, count: 7, tags: ['a', 'b'] } })
})

test('everything that is wrong is told at once, each with its path', () => {
  const read = shape.read({ name: 'x', count: 10, tags: ['a', 'c'], colour: 1 }, 'body')
  expect(read.ok ? [] : read.error.map(({ path }) => path)).toEqual([
    'body.colour',
    'body.name',
    'body.count',
    'body.tags[1]',
    'body.on',
  ])
})

test.each([null, [], 'text', 3, undefined])('%j is no object', (value) => {
  expect(shape.read(value, '')).toEqual({
    ok: false,
    error: [{ path: '', message: 'expected an object' }],
  })
})

test('a schema tells its shape as JSON Schema', () => {
  expect(shape.json).toMatchObject({
    type: 'object',
    required: ['name', 'on'],
    additionalProperties: false,
    properties: { count: { type: 'integer', minimum: 0, maximum: 9 } },
  })
})
