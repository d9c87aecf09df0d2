import type { Call } from './command.ts'
import { usageFault } from './exit-code.ts'

/** How many rows `--limit` asks for, 100 where it is not given. Faults: `cli.usage`. */
export function limitOf(call: Call): number {
  const text = call.text('limit') ?? '100'
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1) return limit
  throw usageFault(`--limit ${text} is no number of rows`)
}
