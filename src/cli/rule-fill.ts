import { instantOf } from './alert-list.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { followRuns } from './follow-runs.ts'
import { findRules } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule fill`: makes the executions that gaps missed. */
export async function ruleFill(call: Call, terminal: Terminal): Promise<ExitCode> {
  const nowMs = terminal.clock.nowMs()
  const [from, to] = [instantOf(call, 'from', nowMs), instantOf(call, 'to', nowMs)]
  const { api } = await connect(call, terminal)
  const rules = await findRules(api, call.positionals)
  const { runs, left } = await api.fillGaps({
    body: {
      ...(rules.length > 0 && { rules: rules.map(({ id }) => id) }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
  })
  for (const { reason } of left) terminal.err(`left: ${shown(reason)}\n`)
  if (runs.length === 0) {
    terminal.note('there is nothing to fill; `vedette rule gaps` lists what is uncovered\n')
    return left.length > 0 ? exitCode.partial : exitCode.done
  }
  const code = await followRuns(call, terminal, { api, runs })
  return code === exitCode.done && left.length > 0 ? exitCode.partial : code
}
