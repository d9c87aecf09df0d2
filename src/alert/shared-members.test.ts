import { expect, test } from 'vitest'
import { sharedMembers } from './shared-members.ts'

test.each([
  [
    'equal values stay, others go',
    [
      { a: 1, b: 1 },
      { a: 1, b: 2 },
    ],
    { a: 1 },
  ],
  ['what one of them lacks goes', [{ a: 1, b: 1 }, { a: 1 }], { a: 1 }],
  [
    'objects are compared member by member',
    [{ a: { b: 1, c: 1 } }, { a: { b: 1 } }],
    { a: { b: 1 } },
  ],
  ['objects left empty go', [{ a: { b: 1 } }, { a: { b: 2 } }], {}],
  ['of arrays the common elements stay', [{ a: [1, 2, 3] }, { a: [3, 2] }], { a: [2, 3] }],
  [
    'objects in arrays are compared whole',
    [{ a: [{ x: 1, y: 2 }] }, { a: [{ y: 2, x: 1 }] }],
    { a: [{ x: 1, y: 2 }] },
  ],
  ['arrays without a common element go', [{ a: [1] }, { a: [2] }], {}],
  ['a value and an array of it are two things', [{ a: 1 }, { a: [1] }], {}],
  ['a dotted name and a path are two names', [{ 'a.b': 1 }, { a: { b: 1 } }], {}],
  [
    'three agree only where all do',
    [
      { a: 1, b: 1 },
      { a: 1, b: 1 },
      { a: 1, b: 2 },
    ],
    { a: 1 },
  ],
  ['one document agrees with itself', [{ a: [], b: 1 }], { a: [], b: 1 }],
  ['none say nothing', [], {}],
])('%s', (_, documents, expected) => {
  expect(sharedMembers(documents)).toEqual(expected)
})

test('names of the language itself are names like others', () => {
  const document = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')
  const other = JSON.parse('{"__proto__": {"a": 1, "b": 2}, "constructor": 2}')
  expect(JSON.stringify(sharedMembers([document, other]))).toBe(JSON.stringify(document))
})
