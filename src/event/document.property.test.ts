import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import {
  forEachLeaf,
  objectsAt,
  pathOf,
  someLeaf,
  someLeafAtOrBelow,
  someValue,
  valuesOf,
  type FieldValue,
} from './document.ts'

const key = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', 'constructor', '')
const field = fc
  .array(fc.constantFrom('a', 'b', 'c', 'constructor'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'))
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom('', 'x'),
)
const { node } = fc.letrec<{ node: JsonValue }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  ),
}))
const source = fc.dictionary(key, node, { maxKeys: 5 })

test('the values of a field are those leaves whose dotted name it is', () => {
  fc.assert(
    fc.property(source, field, (document, name) => {
      const found = leavesOf(document).filter(([leaf]) => leaf === name)
      expect([...valuesOf(document, name)].toSorted(byText)).toEqual(
        found.map(([, value]) => value).toSorted(byText),
      )
    }),
  )
})

test('walking the leaves gives what the recursive reading gives, in the same order', () => {
  fc.assert(
    fc.property(source, (document) => {
      const met: [string, FieldValue][] = []
      forEachLeaf(document, (name, value) => met.push([name, value]))
      expect(met).toEqual(leavesOf(document))
    }),
  )
})

test('looking for a value stops at the first that passes, and finds one exactly if there is one', () => {
  fc.assert(
    fc.property(source, field, fc.constantFrom('x', 1, true), (document, name, wanted) => {
      const isWanted = (value: FieldValue) => value === wanted
      expect(someValue(document, pathOf(name), isWanted)).toBe(
        valuesOf(document, name).some(isWanted),
      )
      expect(someLeaf(document, (leaf, value) => leaf === name && isWanted(value))).toBe(
        valuesOf(document, name).some(isWanted),
      )
    }),
  )
})

test('values and objects are read in one order', () => {
  fc.assert(
    fc.property(source, field, (document, name) => {
      const met: FieldValue[] = []
      someValue(document, pathOf(name), (value) => met.push(value) < 0)
      expect(met).toEqual(valuesOf(document, name))
      expect(objectsAt(document, name).every(isJsonObject)).toBe(true)
    }),
  )
})

/** The obvious reading: every leaf by recursion. */
function leavesOf(document: JsonObject): [string, FieldValue][] {
  const walk = (value: JsonValue, name: string): [string, FieldValue][] => {
    if (Array.isArray(value)) return value.flatMap((element: JsonValue) => walk(element, name))
    if (isJsonObject(value)) {
      return Object.entries(value).flatMap(([part, below]) => walk(below, `${name}.${part}`))
    }
    return value === null || typeof value === 'object' ? [] : [[name.slice(1), value]]
  }
  return walk(document, '')
}

function byText(a: FieldValue, b: FieldValue): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}

test('a field with all that lies below it is what the names of the leaves say', () => {
  fc.assert(
    fc.property(source, field, (document, name) => {
      const met: [string, FieldValue][] = []
      someLeafAtOrBelow(document, name, (...leaf) => met.push(leaf) < 0)
      const expected = leavesOf(document).filter(
        ([leaf]) => leaf === name || leaf.startsWith(`${name}.`),
      )
      const key = (leaf: [string, FieldValue]) => JSON.stringify(leaf)
      expect(met.map(key).toSorted()).toEqual(expected.map(key).toSorted())
    }),
  )
})
