import fc from 'fast-check'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { isJsonObject, type JsonValue } from '#base'
import { arbitraryJson } from '../../arbitrary-rule.fixture.ts'
import type { MemberPath } from '../../wire/member-path.ts'
import { tomlSourceMap } from './toml-source-map.ts'
import { tomlRawOffset, tomlString } from './toml-string.ts'
import { writeToml } from './toml-writer.ts'

const objects = fc.dictionary(fc.string({ maxLength: 6 }), arbitraryJson, { maxKeys: 4 })

test('any object reads back from its TOML text as it was', () => {
  fc.assert(
    fc.property(objects, (object) => {
      const { text, nulls } = writeToml(object)
      expect(nulls).toEqual([])
      expect(JSON.parse(JSON.stringify(parse(text)))).toEqual(JSON.parse(JSON.stringify(object)))
    }),
  )
})

test('every scalar of a TOML text is found where it stands', () => {
  fc.assert(
    fc.property(objects, (object) => {
      const { text } = writeToml(object)
      const map = tomlSourceMap(text)
      for (const [path, value] of scalarsOf(object, [])) {
        const entry = map.get(path)
        expect(entry, `${JSON.stringify(path)} in ${text}`).toBeDefined()
        const raw = text.slice(entry?.value.start, entry?.value.end)
        expect(parse(`x = ${raw}`)['x']).toEqual(value)
      }
    }),
  )
})

test('every offset in a text leads to the same character of its TOML string', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', "'", '\u0001', '\t', ' ') })
  fc.assert(
    fc.property(texts, (text) => {
      const raw = tomlString(text)
      for (let offset = 0; offset < text.length; offset++) {
        const found = raw[tomlRawOffset(raw, offset)]
        const character = text[offset] ?? ''
        expect([character, '\\']).toContain(found)
      }
    }),
  )
})

test('line continuations and long escapes of a string are stepped over', () => {
  const raw = '"""\na \\\n   b \\U0001F600c"""'
  expect(parse(`x = ${raw}`)['x']).toBe('a b \u{1f600}c')
  expect(raw[tomlRawOffset(raw, 2)]).toBe('b')
  expect(raw[tomlRawOffset(raw, 6)]).toBe('c')
})

test('dotted keys, inline tables, comments and arrays of tables are followed', () => {
  const text = `# top
a.b = 1 # one
"c d" = [ # list
  'x', # first
  { e = "f", g.h = true },
]
[t."u.v"]
k = 2
[[t.list]]
k = 3
[[t.list]]
k = 4
[t.list.inner]
k = 5
`
  const map = tomlSourceMap(text)
  const at = (path: MemberPath): string => {
    const { start, end } = map.get(path)?.value ?? { start: 0, end: 0 }
    return text.slice(start, end)
  }
  expect(at(['a', 'b'])).toBe('1')
  expect(at(['c d', 0])).toBe("'x'")
  expect(at(['c d', 1, 'e'])).toBe('"f"')
  expect(at(['c d', 1, 'g', 'h'])).toBe('true')
  expect(at(['t', 'u.v', 'k'])).toBe('2')
  expect(at(['t', 'list', 0, 'k'])).toBe('3')
  expect(at(['t', 'list', 1, 'k'])).toBe('4')
  expect(at(['t', 'list', 1, 'inner', 'k'])).toBe('5')
})

function scalarsOf(value: JsonValue, path: MemberPath): readonly [MemberPath, JsonValue][] {
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, i) => scalarsOf(item, [...path, i]))
  }
  if (!isJsonObject(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => scalarsOf(inner, [...path, key]))
}
