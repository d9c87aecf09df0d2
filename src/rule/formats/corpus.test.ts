import { globSync, readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { sharedData, withoutSharedData } from '../../../test/support/shared-data.ts'
import { rulesOnly } from '../format.ts'
import type { Rule } from '../rule.ts'
import { readRules } from '../read-rules.ts'
import { elasticToml } from './elastic-toml/elastic-toml.ts'
import { kibanaNdjson } from './kibana-ndjson/kibana-ndjson.ts'

const corpus = sharedData('rules/rules')

test('every public rule is read without error and written back as the same rule', (context) => {
  context.skip(corpus === undefined, withoutSharedData)
  const paths = globSync(`${corpus}/**/*.toml`)
  expect(paths.length).toBeGreaterThan(2_000)
  for (const path of paths) {
    const reading = readRules(readFileSync(path), { path })
    expect(reading.diagnostics).toEqual([])
    expect(reading.rules).toHaveLength(1)
    const written = elasticToml.write(reading)
    expect(written.diagnostics).toEqual([])
    expect(unsaid(readFileSync(path, 'utf8'), written.text)).toEqual([])
    const again = readRules(new TextEncoder().encode(written.text), { path })
    expect(again.rules).toEqual(reading.rules)
    expect(elasticToml.write(again).text).toBe(written.text)
  }
}, 120_000)

test('all public rules go through one export and come back as the same rules', (context) => {
  context.skip(corpus === undefined, withoutSharedData)
  const rules = globSync(`${corpus}/**/*.toml`)
    .flatMap((path) => readRules(readFileSync(path), { path }).rules)
    .map(withoutSections)
  const { text } = kibanaNdjson.write(rulesOnly(rules))
  const reading = readRules(new TextEncoder().encode(text), { path: 'export.ndjson' })
  expect(reading.diagnostics).toEqual([])
  expect(reading.rules).toEqual(rules)
  expect(kibanaNdjson.write(rulesOnly(reading.rules)).text).toBe(text)
}, 120_000)

function withoutSections(rule: Rule): Rule {
  const { sections, ...rest } = rule
  expect(sections).toBeDefined()
  return rest
}

/** What a file says that its rewritten form does not say, or says otherwise; empty members say nothing. */
function unsaid(before: string, after: string): readonly string[] {
  const { rule: had, ...sectionsHad } = parse(before)
  const { rule: has, ...sectionsHas } = parse(after)
  expect(sectionsHas).toEqual(sectionsHad)
  if (typeof had !== 'object' || typeof has !== 'object') return ['rule']
  const said = new Map(Object.entries(has))
  return Object.entries(had).flatMap(([key, value]) => {
    const isEmpty = value === '' || value === false || (Array.isArray(value) && value.length === 0)
    return isEmpty || sameText(value, said.get(key)) ? [] : [key]
  })
}

/** Alike but for lists that were not written and are empty now. */
function sameText(before: unknown, after: unknown): boolean {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(
            Object.entries(inner)
              .filter(([, each]) => !(Array.isArray(each) && each.length === 0))
              .toSorted(([a], [b]) => (a < b ? -1 : 1)),
          )
        : inner,
    )
  return text(before) === text(after)
}
