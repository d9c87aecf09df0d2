import { logger, visibleText, type Clock, type Logger, type LogLevel } from '#base'
import { usageFault } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** The level that a word names. Faults: `cli.usage`. */
export function logLevelOf(word: string): LogLevel {
  const found = levels.find((level) => level === word)
  if (found === undefined) throw usageFault(`--log-level is one of ${levels.join(', ')}`)
  return found
}

/** Log lines on the error stream: JSON for programs, words for people. */
export function lineLogger(terminal: Terminal, level: LogLevel, clock: Clock): Logger {
  if (!terminal.errIsTty) {
    return logger((own, message, fields) => {
      const at = new Date(clock.nowMs()).toISOString()
      terminal.err(
        `${JSON.stringify({ '@timestamp': at, 'log.level': own, message, ...fields })}\n`,
      )
    }, level)
  }
  return logger((own, message, fields) => {
    const facts = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) =>
          `${name}=${visibleText(typeof value === 'string' ? value : JSON.stringify(value))}`,
      )
    terminal.err(`${own}: ${[visibleText(message), ...facts].join('  ')}\n`)
  }, level)
}
