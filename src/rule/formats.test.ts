import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ruleFormatOf, ruleFormats } from './formats.ts'

test('every folder of formats is in the list, and nothing else is', () => {
  const folders = readdirSync(new URL('./formats/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  expect(ruleFormats.map(({ id }) => id).toSorted()).toEqual(folders.toSorted())
})

test.each([
  ['a.toml', '{', 'elastic-toml'],
  ['a.ndjson', '[rule]', 'kibana-ndjson'],
  ['a.json', '', 'kibana-ndjson'],
  ['-', '{"a":1}', 'kibana-ndjson'],
  ['-', ' [ { "a": 1 } ]', 'kibana-ndjson'],
  ['-', '[rule]\n', 'elastic-toml'],
  ['-', '[[rule]]\n', 'elastic-toml'],
])('a file named %s that begins with %j is read as %s', (path, text, id) => {
  expect(ruleFormatOf(path, text).id).toBe(id)
})
