import { expect, test } from 'vitest'
import { commands } from './commands.ts'
import { commonOptions, helpOf, overview } from './help.ts'
import { commandOf, parseCall, placeFromLatest, unknownCommand } from './parse-call.ts'

const options = {
  data: { kind: 'text', help: '' },
  status: { kind: 'text', multiple: true, help: '' },
  keep: { kind: 'switch', short: 'k', help: '' },
} as const
const command = { name: ['alert', 'show'], takes: { min: 1, max: 1 }, arguments: 'ID' }

test('a command is found by its words, in the singular and the plural', () => {
  expect(commandOf(['alert', 'list', '--status', 'open'], commands)).toMatchObject({
    command: { name: ['alert', 'list'] },
    rest: ['--status', 'open'],
  })
  expect(commandOf(['alerts', 'list'], commands)?.command.name).toEqual(['alert', 'list'])
  expect(commandOf(['hunt', 'x'], commands)?.rest).toEqual(['x'])
  expect(commandOf(['alert'], commands)).toBeUndefined()
})

test.each([
  [['alert'], 'alert list'],
  [['rules'], 'rule check'],
  [['hnut'], 'did you mean `vedette hunt`'],
  [['alert', 'lst'], 'alert list'],
  [['frobnicate'], 'vedette help'],
])('an unknown command %j leads to the known ones', (words, hint) => {
  expect(unknownCommand(words, commands)).toContain(hint)
})

test('options are read by kind, the last of several wins unless all are wanted', () => {
  const call = parseCall(
    command,
    ['x', '--data', 'a', '--status', 'b', '--status=c', '-k'],
    options,
  )
  expect(call.positionals).toEqual(['x'])
  expect(call.text('data')).toBe('a')
  expect(call.texts('status')).toEqual(['b', 'c'])
  expect(call.has('keep')).toBe(true)
  expect(call.text('other')).toBeUndefined()
})

test('-1 is the latest, not an option', () => {
  const { positionals } = parseCall(command, ['-1'], options)
  expect(positionals.map(placeFromLatest)).toEqual([1])
  expect(placeFromLatest('1')).toBeUndefined()
})

test.each([
  [[], /something is missing; usage: vedette alert show ID/],
  [['a', 'b'], /`b` is too much/],
  [['a', '--dta', 'x'], /unknown option --dta; did you mean --data\?/],
  [['a', '--data'], /--data/],
])('%j is a usage error that says what is wrong', (words, message) => {
  expect(() => parseCall(command, words, options)).toThrow(message)
})

test('every command and every option is in the help', () => {
  const all = overview(commands)
  for (const each of commands) {
    expect(all).toContain(each.name.join(' '))
    const text = helpOf(each)
    for (const name of Object.keys({ ...each.options, ...commonOptions })) {
      expect(text).toContain(`--${name}`)
    }
    expect(each.examples.length).toBeGreaterThan(0)
    for (const example of each.examples) expect(text).toContain(example)
  }
})

test('every example of the help is a command line that parses', () => {
  for (const { examples } of commands) {
    for (const example of examples) {
      const line = /\$\((.*)\)/.exec(example)?.[1] ?? example
      const [call = ''] = (line.split('|').at(-1) ?? '').split('>')
      const words = call
        .trim()
        .replace(/^sudo /, '')
        .split(/\s+/)
      const found = commandOf(words.slice(1), commands)
      expect([example, found?.command.name.join(' ')]).not.toContain(undefined)
      if (found === undefined) continue
      const { command: named, rest } = found
      const parsed = parseCall(named, rest, { ...named.options, ...commonOptions })
      expect(parsed.positionals.length).toBeGreaterThanOrEqual(named.takes.min)
    }
  }
})
