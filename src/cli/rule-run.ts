import { instantOf } from './alert-list.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { executionText } from './execution-text.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { followRuns } from './follow-runs.ts'
import { formatOf } from './output.ts'
import { findRule } from './rule-reference.ts'
import type { Terminal } from './terminal.ts'

/** `vedette rule run`: executes a rule now, beside its schedule, or over past time. */
export async function ruleRun(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const nowMs = terminal.clock.nowMs()
  const [from, to] = [instantOf(call, 'from', nowMs), instantOf(call, 'to', nowMs)]
  if (from === undefined && to !== undefined) throw usageFault('--to needs --from')
  const { api } = await connect(call, terminal)
  const { id } = await findRule(api, call.positionals[0] ?? '')
  if (from !== undefined) {
    const run = await api.startRun({ id, body: { from, ...(to !== undefined && { to }) } })
    return followRuns(call, terminal, { api, runs: [run] })
  }
  const execution = await api.runRule({ id })
  if (format === 'table') terminal.out(executionText(execution, terminal))
  else terminal.out(`${JSON.stringify(execution)}\n`)
  return execution.status === 'failed' ? exitCode.failed : exitCode.done
}
