import type { ExecutionStatus } from './execution-record.ts'
import type { ErrorKind, ExecutionMessage, WarningKind } from './message.ts'

/** At most so many messages of a sort and names of searches are kept of one execution. */
const maxKept = 100

/** What an execution has to say, gathered while it runs. */
export interface ExecutionLog {
  warn(kind: WarningKind, message: string): void
  fail(kind: ErrorKind, message: string): void
  noteSearch(name: string): void
  readonly warnings: readonly ExecutionMessage<WarningKind>[]
  readonly errors: readonly ExecutionMessage<ErrorKind>[]
  readonly searches: readonly string[]
  /** Failed with any error, else a partial failure with any warning. */
  readonly status: ExecutionStatus
}

/** An empty {@link ExecutionLog}. The same sentence is kept once. */
export function executionLog(): ExecutionLog {
  const warnings: ExecutionMessage<WarningKind>[] = []
  const errors: ExecutionMessage<ErrorKind>[] = []
  const searches: string[] = []
  return {
    warnings,
    errors,
    searches,
    warn(kind, message) {
      if (warnings.length >= maxKept || warnings.some((each) => each.message === message)) return
      warnings.push({ kind, message })
    },
    fail(kind, message) {
      if (errors.length < maxKept) errors.push({ kind, message })
    },
    noteSearch(name) {
      if (searches.length < maxKept) searches.push(name)
    },
    get status() {
      if (errors.length > 0) return 'failed'
      return warnings.length > 0 ? 'partial failure' : 'succeeded'
    },
  }
}
