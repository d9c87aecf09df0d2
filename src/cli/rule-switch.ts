import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { findRules, nameOf } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule enable|disable`. */
export async function ruleSwitch(
  call: Call,
  terminal: Terminal,
  { enabled }: { readonly enabled: boolean },
): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const rules = await findRules(api, call.positionals)
  for (const rule of rules) {
    await api.setRuleEnabled({ id: rule.id, body: { enabled } })
    terminal.out(`${rule.id}\n`)
    terminal.note(`${shown(nameOf(rule))} is ${enabled ? 'on' : 'off'}\n`)
  }
  return exitCode.done
}
