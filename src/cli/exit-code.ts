import { Fault } from '#base'

/** What the shell is told; the numbers are part of the promise to scripts. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Ran, and the answer is "bad": alerts at or above `--fail-on`, an invalid rule. */
  bad: 3,
  notAllowed: 4,
  unreachable: 5,
  /** Some inputs could not be read: results are incomplete. */
  partial: 6,
  interrupted: 130,
} as const

/** One of {@link exitCode}. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** A command line that cannot be understood. */
export function usageFault(message: string): Fault {
  return new Fault('invalid', 'cli.usage', message)
}

/** The exit code that fits what was thrown. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (!(thrown instanceof Fault)) return exitCode.failed
  if (thrown.code === 'cli.usage') return exitCode.usage
  if (thrown.kind === 'unauthenticated' || thrown.kind === 'forbidden') return exitCode.notAllowed
  if (thrown.code === 'api.unreachable' || thrown.kind === 'timeout') return exitCode.unreachable
  return exitCode.failed
}
