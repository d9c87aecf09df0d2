import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf } from './output.ts'
import { findRule, nameOf } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule run`: executes a rule now, beside its schedule. */
export async function ruleRun(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const rule = await findRule(api, call.positionals[0] ?? '')
  const execution = await api.runRule({ id: rule.id })
  if (format !== 'table') {
    terminal.out(`${JSON.stringify(execution)}\n`)
  } else {
    terminal.out(`${terminal.tint('strong', shown(nameOf(rule)))}\n`)
    for (const [name, value] of Object.entries(execution)) {
      const text = shown(value)
      if (text !== '') terminal.out(`  ${name.padEnd(16)} ${text}\n`)
    }
  }
  return execution['status'] === 'failed' ? exitCode.failed : exitCode.done
}
