import type { WireReadiness, WireRule } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { nameOf } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

type Listed = WireRule & { readonly verdict: WireReadiness['verdict'] | undefined }

const columns: readonly Column<Listed>[] = [
  { title: 'RULE ID', value: ({ rule_id }) => rule_id, dispensable: 2 },
  {
    title: 'STATE',
    value: stateOf,
    tone: (row) => (stateOf(row).startsWith('cannot') ? 'warning' : undefined),
    dispensable: 0,
  },
  { title: 'TYPE', value: ({ rule }) => shown(rule['type']), dispensable: 3 },
  { title: 'SEVERITY', value: ({ rule }) => shown(rule['severity']), dispensable: 1 },
  { title: 'EVERY', value: ({ rule }) => shown(rule['interval']), dispensable: 4 },
  { title: 'NAME', value: nameOf, dispensable: 0 },
]

function stateOf({ enabled, runnable, verdict }: Listed): string {
  if (!enabled) return 'off'
  if (!runnable) return 'cannot run'
  if (verdict === 'cannot-fire') return 'cannot fire'
  return verdict === 'learning' ? 'learning' : 'on'
}

/** `vedette rule list`: the installed rules, by name, and whether they can fire. */
export async function ruleList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const [{ rules: found }, { rules: ready }] = await Promise.all([
    api.listRules({}),
    api.listReadiness({}),
  ])
  const verdicts = new Map(ready.map(({ id, verdict }) => [id, verdict]))
  const rules = found.map((rule): Listed => ({ ...rule, verdict: verdicts.get(rule.id) }))
  const rows = rowWriter<Listed>(terminal, {
    format,
    columns,
    json: ({ id, rule_id, enabled, runnable, revision, immutable, rule, verdict }) => ({
      ...rule,
      id,
      rule_id,
      enabled,
      runnable,
      revision,
      immutable,
      ...(verdict !== undefined && { readiness: verdict }),
    }),
  })
  rows.write(rules)
  rows.end()
  if (terminal.outIsTty) terminal.note(`${rules.length} rule${rules.length === 1 ? '' : 's'}\n`)
  return exitCode.done
}
