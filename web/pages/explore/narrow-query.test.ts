import { expect, test } from 'vitest'
import { narrowed } from './narrow-query.ts'

const asked = (query: string, language: 'kuery' | 'lucene' | 'eql', isOut = false) =>
  narrowed(query, { language, field: 'user.name', value: 'a "b" \\c', isOut })

test('an empty query becomes the condition, in each language', () => {
  expect(asked('', 'kuery')).toBe(String.raw`user.name:"a \"b\" \\c"`)
  expect(asked('', 'lucene', true)).toBe(String.raw`NOT user.name:"a \"b\" \\c"`)
  expect(asked('', 'eql', true)).toBe(String.raw`any where not user.name == "a \"b\" \\c"`)
})

test('alternatives keep together', () => {
  expect(asked('a:1 or b:2', 'kuery')).toMatch(/^\(a:1 or b:2\) and user\.name:/)
  expect(asked('(a:1 or b:2)', 'kuery')).toMatch(/^\(a:1 or b:2\) and user\.name:/)
  expect(asked('(a:1) or (b:2)', 'kuery')).toMatch(/^\(\(a:1\) or \(b:2\)\) and /)
  expect(asked('process where a or b', 'eql')).toMatch(
    /^process where \(a or b\) and user\.name ==/,
  )
})

test('everything is narrowed to the condition alone, and a series stays as it is', () => {
  expect(asked('process where true', 'eql')).toMatch(/^process where user\.name ==/)
  expect(asked('sequence [any where true] [any where true]', 'eql')).toBe(
    'sequence [any where true] [any where true]',
  )
})
