import type { WireRule } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { nameOf } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<WireRule>[] = [
  { title: 'RULE ID', value: ({ rule_id }) => rule_id, dispensable: 2 },
  {
    title: 'STATE',
    value: stateOf,
    tone: (row) => (row.runnable ? undefined : 'warning'),
    dispensable: 0,
  },
  { title: 'TYPE', value: ({ rule }) => shown(rule['type']), dispensable: 3 },
  { title: 'SEVERITY', value: ({ rule }) => shown(rule['severity']), dispensable: 1 },
  { title: 'EVERY', value: ({ rule }) => shown(rule['interval']), dispensable: 4 },
  { title: 'NAME', value: nameOf, dispensable: 0 },
]

function stateOf({ enabled, runnable }: WireRule): string {
  if (!enabled) return 'off'
  return runnable ? 'on' : 'cannot run'
}

/** `vedette rule list`: the installed rules, by name. */
export async function ruleList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const { rules } = await api.listRules({})
  const rows = rowWriter<WireRule>(terminal, {
    format,
    columns,
    json: ({ id, rule_id, enabled, runnable, revision, immutable, rule }) => ({
      ...rule,
      id,
      rule_id,
      enabled,
      runnable,
      revision,
      immutable,
    }),
  })
  rows.write(rules)
  rows.end()
  if (terminal.outIsTty) terminal.note(`${rules.length} rule${rules.length === 1 ? '' : 's'}\n`)
  return exitCode.done
}
