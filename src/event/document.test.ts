import { expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { firstValueOf, forEachLeaf, objectsAt, pathOf, someValue, valuesOf } from './document.ts'

test.each<[string, Record<string, JsonValue>, string, unknown[]]>([
  ['nested objects', { process: { name: 'sh' } }, 'process.name', ['sh']],
  ['a dotted key', { 'process.name': 'sh' }, 'process.name', ['sh']],
  ['both mixed', { 'process.parent': { name: 'sh' } }, 'process.parent.name', ['sh']],
  [
    'an object below a dotted rest',
    { process: { 'parent.name': 'sh' } },
    'process.parent.name',
    ['sh'],
  ],
  ['arrays', { args: ['a', ['b', null], []] }, 'args', ['a', 'b']],
  ['arrays of objects', { a: [{ b: 1 }, { b: [2, 3] }, 4] }, 'a.b', [1, 2, 3]],
  ['numbers and booleans', { a: { b: [0, false, ''] } }, 'a.b', [0, false, '']],
  ['null', { a: null }, 'a', []],
  ['an object', { a: { b: 1 } }, 'a', []],
  ['a missing field', { a: 1 }, 'b', []],
  ['a value where an object was expected', { a: 1 }, 'a.b', []],
  ['both spellings at once, the dotted one first', { a: { b: 2 }, 'a.b': 1 }, 'a.b', [1, 2]],
])('the values of a field are found in %s', (_case, source, field, values) => {
  expect(valuesOf(source, field)).toEqual(values)
})

test.each(['constructor', '__proto__', 'toString.name', 'hasOwnProperty'])(
  'what every JavaScript object inherits is no value: %s',
  (field) => {
    expect(valuesOf({ a: 1 }, field)).toEqual([])
  },
)

test('a field may have the name of an inherited member', () => {
  expect(
    valuesOf(JSON.parse('{"constructor":{"name":"x"},"__proto__":"y"}'), 'constructor.name'),
  ).toEqual(['x'])
})

test('the first value is the first in document order', () => {
  expect(firstValueOf({ a: [null, 'x', 'y'] }, 'a')).toBe('x')
  expect(firstValueOf({}, 'a')).toBeUndefined()
})

test('objects at a path keep their shape, scalars among them are left out', () => {
  expect(objectsAt({ a: { b: [{ c: 1 }, 2, [{ d: 3 }]] } }, 'a.b')).toEqual([{ c: 1 }, { d: 3 }])
  expect(objectsAt({ a: 1 }, '')).toEqual([{ a: 1 }])
})

test('leaves are visited in document order with their dotted names', () => {
  const met: unknown[] = []
  forEachLeaf({ b: { 'x.y': [1, { z: true }] }, a: [null, 's'] }, (...leaf) => met.push(leaf))
  expect(met).toEqual([
    ['b.x.y', 1],
    ['b.x.y.z', true],
    ['a', 's'],
  ])
})

test('no depth of nesting overflows the stack', () => {
  let deepArray: JsonValue = 'x'
  let deepObject: JsonValue = 'x'
  for (let i = 0; i < 200_000; i++) {
    deepArray = [deepArray]
    deepObject = { a: deepObject }
  }
  const source = { array: deepArray, object: deepObject }
  expect(valuesOf(source, 'array')).toEqual(['x'])
  expect(someValue(source, pathOf('array'), (value) => value === 'x')).toBe(true)
  expect(objectsAt(source, 'object.a.a')).toHaveLength(1)
  let leaves = 0
  forEachLeaf(source, () => leaves++)
  expect(leaves).toBe(2)
})

test('a field name with very many dots is met as a dotted key', () => {
  const field = 'a.'.repeat(5000) + 'a'
  expect(valuesOf({ [field]: 1 }, field)).toEqual([1])
})
