import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { eql } from '#query'
import { fencedBlocks } from '../support/fenced-blocks.ts'

const page = readFileSync(
  fileURLToPath(new URL('../../docs/reference/eql.md', import.meta.url)),
  'utf8',
)
const examples = fencedBlocks(page).filter(({ words }) => words[0] === 'eql')

test.each(examples)('the EQL in line $line of the reference is as the page says', (example) => {
  const refusal = example.words[1]?.replace('refused=', '')
  const parsed = eql.parse(example.text)
  const errors = parsed.ok
    ? eql
        .check(parsed.value, ecsCatalogue(), { unknownFields: 'warning' })
        .filter(({ severity }) => severity === 'error')
    : parsed.error
  expect(errors.map(({ code }) => code)).toEqual(refusal === undefined ? [] : [refusal])
})

test('the reference has examples of what is read and of what is refused', () => {
  expect(examples.length).toBeGreaterThan(10)
  expect(examples.filter(({ words }) => words.length > 1).length).toBeGreaterThan(3)
})
