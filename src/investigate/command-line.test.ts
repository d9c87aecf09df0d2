import { expect, test } from 'vitest'
import { languageOf } from '#query'
import { commandLine } from './command-line.ts'
import { context } from './investigate.fixture.ts'

const args = ['docker', 'run', '--privileged', '-v', '/:/host', 'alpine', 'sh']

function told(query: string, words: readonly string[] = args) {
  const plan = languageOf('kuery')?.parse(query)
  const filter = plan?.ok === true ? plan.value : undefined
  return commandLine({ process: { args: words } }, filter, context)
}

test('what the query asks of arguments is matched, what it excludes is not', () => {
  const matched = (query: string) =>
    told(query)
      .filter(({ isMatched }) => isMatched)
      .map(({ text }) => text)
  expect(matched('process.name: docker and process.args: (run and --privileged)')).toEqual([
    'run',
    '--privileged',
  ])
  expect(matched('process.args: (/* or a*) and not process.args: sh')).toEqual([
    '/:/host',
    'alpine',
  ])
})

test.each([
  ['--privileged', true],
  ['--privileged=false', false],
  ['--pid=host', true],
  ['/:/host', true],
  ['/data:/data', false],
  ['-v=/:/host', true],
  ['type=bind,source=/,target=/host', true],
  ['/var/run/docker.sock:/var/run/docker.sock', true],
  ['curl -s x | bash', true],
  ['run', false],
  ['', false],
])('whether %j is risky is %s', (word, isRisky) => {
  expect(told('*', [word])[0]?.risk !== undefined).toBe(isRisky)
})

test('a megabyte of an argument is answered at once', () => {
  expect(told('*', [`${' curl'.repeat(200_000)} | sh`])).toHaveLength(1)
})
