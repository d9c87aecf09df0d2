import type { Api, WireExecution } from '#api'
import { Fault } from '#base'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { executionText } from './execution-text.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf } from './output.ts'
import type { Terminal } from './terminal.ts'

/** `vedette execution show`: one execution, with what it read, made, cut and says. */
export async function executionShow(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const execution = await findExecution(api, call.positionals[0] ?? '')
  if (format === 'table') terminal.out(executionText(execution, terminal))
  else terminal.out(`${JSON.stringify(execution, null, format === 'json' ? 2 : 0)}\n`)
  return exitCode.done
}

/** Among so many latest executions the beginning of an id is looked for. */
const lookedAt = 10_000

/** The execution that an id or the beginning of one means. Faults: `not-found`, `cli.usage`. */
async function findExecution(api: Api, word: string): Promise<WireExecution> {
  if (word.length === 36) return api.getExecution({ id: word })
  const { executions } = await api.listExecutions({ limit: lookedAt })
  const found = executions.filter(({ id }) => id.startsWith(word))
  const [only, another] = found
  if (another !== undefined) {
    throw usageFault(`${found.length} executions begin with ${word}; write more of the id`)
  }
  if (only !== undefined) return only
  const hint = '`vedette execution list` lists them'
  throw new Fault('not-found', 'execution.unknown', `no execution is called ${word}; ${hint}`)
}
