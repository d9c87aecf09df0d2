import { parseArgs } from 'node:util'
import { messageOf, nearestWord } from '#base'
import type { Call, Command, Options } from './command.ts'
import { usageFault } from './exit-code.ts'

/** The command that a command line names, and the words that follow its name. */
export function commandOf(
  words: readonly string[],
  commands: readonly Command[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  const singular = words.map((word, position) => (position === 0 ? (plurals[word] ?? word) : word))
  const command = commands
    .filter(({ name }) => name.every((part, position) => singular[position] === part))
    .toSorted((a, b) => b.name.length - a.name.length)[0]
  return command && { command, rest: words.slice(command.name.length) }
}

const plurals: { readonly [plural: string]: string } = {
  alerts: 'alert',
  rules: 'rule',
  exceptions: 'exception',
  executions: 'execution',
  'saved-queries': 'saved-query',
}

/** Why no command has this name, and which was perhaps meant. */
export function unknownCommand(words: readonly string[], commands: readonly Command[]): string {
  const asked = words.slice(0, 2).join(' ')
  const names = commands.map(({ name }) => name.join(' '))
  const below = names.filter((name) => name.startsWith(`${plurals[words[0] ?? ''] ?? words[0]} `))
  if (below.length > 0) return `\`${words[0]}\` needs one of: ${below.join(', ')}`
  const near = nearestWord(asked, names) ?? nearestWord(words[0] ?? '', names)
  const hint =
    near === undefined ? '`vedette help` lists them' : `did you mean \`vedette ${near}\`?`
  return `unknown command \`${asked}\`; ${hint}`
}

/** How `-1` (the latest) travels through a parser that would take it for an option. */
const fromLatest = '~'

/** Checks the words of a command line. Faults: `cli.usage`. */
export function parseCall(
  command: Pick<Command, 'name' | 'takes' | 'arguments'>,
  words: readonly string[],
  options: Options,
): Call {
  const { values, positionals } = parsed(words, options)
  const { min, max } = command.takes
  if (positionals.length < min || positionals.length > max) {
    const usage = `vedette ${command.name.join(' ')} ${command.arguments ?? ''}`.trim()
    const [extra] = positionals.slice(max)
    const what = extra === undefined ? 'something is missing' : `\`${extra}\` is too much`
    throw usageFault(`${what}; usage: ${usage}`)
  }
  const texts = (name: string): readonly string[] => {
    const found = values[name]
    if (typeof found === 'string') return [found]
    return Array.isArray(found) ? found.filter((value) => typeof value === 'string') : []
  }
  return {
    positionals,
    text: (name) => texts(name).at(-1),
    texts,
    has: (name) => values[name] === true,
  }
}

interface Parsed {
  readonly values: { readonly [name: string]: unknown }
  readonly positionals: readonly string[]
}

function parsed(words: readonly string[], options: Options): Parsed {
  const args = words.map((word) => (/^-\d+$/.test(word) ? `${fromLatest}${word.slice(1)}` : word))
  const known = Object.entries(options).map(([name, { kind, short, multiple = false }]) => [
    name,
    { type: kind === 'text' ? 'string' : 'boolean', multiple, ...(short && { short }) } as const,
  ])
  try {
    return parseArgs({ args, options: Object.fromEntries(known), allowPositionals: true })
  } catch (thrown) {
    throw usageFault(plainly(messageOf(thrown), Object.keys(options)))
  }
}

function plainly(message: string, names: readonly string[]): string {
  const unknown = /Unknown option '(-{1,2}[^' ]*)'/.exec(message)?.[1]
  if (unknown === undefined) return message.split('. To specify')[0] ?? message
  const near = nearestWord(unknown.replace(/^-+/, ''), names)
  return near === undefined
    ? `unknown option ${unknown}`
    : `unknown option ${unknown}; did you mean --${near}?`
}

/** The place from the latest (1) that `-1`, `-2`… name; undefined for other words. */
export function placeFromLatest(word: string): number | undefined {
  const match = /^~(\d+)$/.exec(word)
  return match === null ? undefined : Number(match[1])
}
