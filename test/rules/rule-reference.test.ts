import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('the reference explains exactly the codes that are said of rules', () => {
  const sources = globSync('src/rule/**/*.ts', { cwd: root }).filter(
    (path) => !/\.(test|fixture)\.ts$/.test(path),
  )
  const used = sources.flatMap((path) => codesIn(readFileSync(`${root}${path}`, 'utf8'), "'"))
  const explained = codesIn(readFileSync(`${root}docs/reference/rules.md`, 'utf8'), '`')
  // A fault of the caller's program, not something said of a rule.
  const faults = ['rule.one-rule-a-file']
  expect(explained.toSorted()).toEqual(
    [...new Set(used)].filter((c) => !faults.includes(c)).toSorted(),
  )
})

function codesIn(text: string, quote: string): readonly string[] {
  const found = text.matchAll(new RegExp(`${quote}(rule\\.[a-z0-9]+(?:-[a-z0-9]+)*)${quote}`, 'g'))
  return Array.from(found, (match) => match[1] ?? '').filter((code) => !/\.(toml|md)$/.test(code))
}
