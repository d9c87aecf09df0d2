import { once } from 'node:events'
import { Fault, messageOf, systemClock, visibleText } from '#base'
import { commands } from './commands.ts'
import { exitCode, exitCodeOf, usageFault, type ExitCode } from './exit-code.ts'
import { commonOptions, helpOf, overview } from './help.ts'
import { commandOf, parseCall, unknownCommand } from './parse-call.ts'
import { tinter, wantsColour, type Terminal } from './terminal.ts'
import { versionText } from './version.ts'

/** Runs one command line and gives the exit code. The only place that knows the process. */
export async function main(words: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  const terminal = processTerminal(words, interrupt.signal)
  watchInterrupts(interrupt)
  // A reader that has enough (`| head`) is no error: there is no one left to write for.
  process.stdout.on('error', () => process.exit(exitCode.done))
  process.stderr.on('error', () => undefined)
  try {
    return await dispatch(words, terminal)
  } catch (thrown) {
    if (interrupt.signal.aborted) return exitCode.interrupted
    terminal.err(errorText(thrown, terminal))
    return exitCodeOf(thrown)
  } finally {
    // An input that is still open would keep the process alive.
    process.stdin.destroy()
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first = 'help', ...others] = words
  if (first === '--version' || first === '-V') {
    terminal.out(versionText())
    return exitCode.done
  }
  if (first === 'help' || first === '--help' || first === '-h') return help(others, terminal)
  const found = commandOf(words, commands)
  if (found === undefined) throw usageFault(unknownCommand(words, commands))
  const { command, rest } = found
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(helpOf(command))
    return exitCode.done
  }
  const call = parseCall(command, rest, { ...command.options, ...commonOptions })
  return command.run(call, terminal)
}

function help(words: readonly string[], terminal: Terminal): ExitCode {
  if (words.length === 0) {
    terminal.out(overview(commands))
    return exitCode.done
  }
  const found = commandOf(words, commands)
  if (found === undefined) throw usageFault(unknownCommand(words, commands))
  terminal.out(helpOf(found.command))
  return exitCode.done
}

function errorText(thrown: unknown, terminal: Terminal): string {
  const head = terminal.tint('bad', thrown instanceof Fault ? `error[${thrown.code}]` : 'error')
  const [what = '', ...helps] = messageOf(thrown).split('\n')
  const bug = thrown instanceof Fault ? [] : [stackOf(thrown)]
  const lines = [`${head}: ${visibleText(what)}`, ...helps.map(visibleText), ...bug]
  return `${lines.filter((line) => line !== '').join('\n')}\n`
}

function stackOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  return stack.split('\n').slice(1).map(visibleText).join('\n')
}

/** The first Ctrl-C asks the command to finish, the second ends the process. */
function watchInterrupts(interrupt: AbortController): void {
  const stop = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCode.interrupted)
    interrupt.abort(new Error('interrupted'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function processTerminal(words: readonly string[], signal: AbortSignal): Terminal {
  const { stdin, stdout, stderr, env } = process
  const colour = (isTty: boolean): boolean =>
    wantsColour(env, { isTty, refused: words.includes('--no-color') })
  const quiet = words.includes('--quiet') || words.includes('-q')
  return {
    out: (text) => void stdout.write(text),
    drained: async () => {
      if (stdout.writableNeedDrain) await once(stdout, 'drain')
    },
    err: (text) => void stderr.write(text),
    note: (text) => void (quiet || stderr.write(text)),
    input: stdin,
    outIsTty: stdout.isTTY,
    errIsTty: stderr.isTTY,
    columns: stdout.columns ?? 120,
    env,
    clock: systemClock,
    signal,
    tint: tinter(colour(stdout.isTTY)),
  }
}
