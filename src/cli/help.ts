import type { Command, Options } from './command.ts'

/** Options that every command has. */
export const commonOptions: Options = {
  help: { kind: 'switch', short: 'h', help: 'this text' },
  quiet: { kind: 'switch', short: 'q', help: 'results and errors only' },
  'no-color': { kind: 'switch', help: 'no colours (also by NO_COLOR)' },
}

/** The overview of all commands. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map((command) => [usageOf(command, 'short'), command.summary] as const)
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    'Vedette: threat detection for Linux hosts and their containers.',
    '',
    'usage: vedette COMMAND [options]',
    '',
    ...rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`vedette help COMMAND` tells more. Results go to stdout, everything else to stderr;',
    'a table on a terminal, NDJSON in a pipe.',
    'exit codes: 0 done, 1 failed, 2 usage, 3 the answer is bad, 4 not allowed, 5 unreachable,',
    '6 incomplete, 130 interrupted.',
    '',
  ].join('\n')
}

/** The help of one command: examples first. */
export function helpOf(command: Command): string {
  const options = { ...command.options, ...commonOptions }
  const rows = Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `
    const value = option.kind === 'text' ? ` ${option.value ?? 'TEXT'}` : ''
    const again = option.multiple ? ' (again and again)' : ''
    return [`${short}--${name}${value}`, `${option.help}${again}`] as const
  })
  const width = Math.max(...rows.map(([left]) => left.length))
  return [
    command.summary,
    '',
    ...command.examples.map((example) => `  ${example}`),
    '',
    `usage: ${usageOf(command, 'long')}`,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ...(command.notes === undefined ? [] : ['', ...command.notes]),
    '',
  ].join('\n')
}

function usageOf(command: Command, manner: 'short' | 'long'): string {
  const name = command.name.join(' ')
  const rest = command.arguments === undefined ? '' : ` ${command.arguments}`
  return manner === 'short' ? `${name}${rest}` : `vedette ${name}${rest} [options]`
}
