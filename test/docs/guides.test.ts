import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fencedBlocks, runDocument } from '../support/fenced-blocks.ts'

const guides = fileURLToPath(new URL('../../docs/guide/', import.meta.url))

test.for(readdirSync(guides).filter((name) => name.endsWith('.md')))(
  'what %s says to do can be done, and gives what it says',
  // Some start a program of the command line again and again.
  { timeout: 180_000 },
  async (name, context) => {
    const outcomes = await runDocument(join(guides, name))
    const wrong = outcomes.filter(({ problem }) => problem !== '')
    for (const { line, missing } of outcomes) {
      if (missing !== undefined)
        await context.annotate(`${name}:${line} was passed over: ${missing} is not installed`)
    }
    expect(wrong.map(({ line, problem }) => `${name}:${line}: ${problem}`)).toEqual([])
  },
)

test('a block ends where its fence does, and keeps its words and its place', () => {
  const text = 'a\n```sh exit=3\nls\n```\n- b\n  ```yaml file=x.yaml\n  a: 1\n    b: 2\n  ```\n'
  expect(fencedBlocks(text)).toEqual([
    { words: ['sh', 'exit=3'], text: 'ls\n', line: 2 },
    { words: ['yaml', 'file=x.yaml'], text: 'a: 1\n  b: 2\n', line: 6 },
  ])
})
