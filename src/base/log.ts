import type { JsonValue } from './json.ts'

/** How loud a log line is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Facts that go with a log line; never secrets. */
export type LogFields = { readonly [key: string]: JsonValue | undefined }

/** Where rooms say what they did; the composition root decides where it goes. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Writes each line of at least `level` through `write`. */
export function logger(
  write: (level: LogLevel, message: string, fields: LogFields) => void,
  level: LogLevel = 'info',
): Logger {
  const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
  const floor = order.indexOf(level)
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (order.indexOf(own) >= floor) write(own, message, fields)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Says nothing. */
export const silentLogger: Logger = logger(() => undefined, 'error')
