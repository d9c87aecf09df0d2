import type { WireGap } from '#api'
import { instantOf } from './alert-list.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { findRules } from './rule-reference.ts'
import { spanText } from './span-text.ts'
import type { Terminal } from './terminal.ts'

const columns: readonly Column<WireGap>[] = [
  { title: 'RULE ID', value: ({ rule_id }) => rule_id, dispensable: 2 },
  { title: 'FROM', value: ({ from }) => from, dispensable: 0 },
  { title: 'TO', value: ({ to }) => to, dispensable: 0 },
  {
    title: 'UNCOVERED',
    value: ({ uncovered_ms: ms }) => (ms === 0 ? 'nothing' : spanText(ms)),
    tone: ({ uncovered_ms: ms }) => (ms === 0 ? 'good' : 'warning'),
    dispensable: 0,
  },
  { title: 'STATE', value: stateOf, dispensable: 1 },
  { title: 'NAME', value: ({ rule_name }) => rule_name, dispensable: 0 },
]

function stateOf({ state, filling }: WireGap): string {
  return filling ? `${state}, filling` : state
}

/** `vedette rule gaps`: event time that nothing read although the rule was on. */
export async function ruleGaps(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const nowMs = terminal.clock.nowMs()
  const [from, to] = [instantOf(call, 'from', nowMs), instantOf(call, 'to', nowMs)]
  const { api } = await connect(call, terminal)
  const rules = await findRules(api, call.positionals)
  const { gaps } = await api.listGaps({
    ...(rules.length > 0 && { rule: rules.map(({ id }) => id) }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    filled: call.has('filled'),
  })
  const rows = rowWriter<WireGap>(terminal, { format, columns, json: (gap) => ({ ...gap }) })
  rows.write(gaps)
  rows.end()
  terminal.note(summaryOf(gaps))
  return exitCode.done
}

function summaryOf(gaps: readonly WireGap[]): string {
  const open = gaps.filter(({ uncovered_ms: ms }) => ms > 0)
  if (open.length === 0) return 'nothing is uncovered\n'
  const ms = open.reduce((sum, gap) => sum + gap.uncovered_ms, 0)
  const rules = new Set(open.map(({ rule_uuid: uuid }) => uuid)).size
  const fill = open.every(({ filling }) => filling)
    ? '`vedette rule runs` tells how filling them goes'
    : '`vedette rule fill` fills them'
  return `${spanText(ms)} uncovered in ${open.length} gap${open.length === 1 ? '' : 's'} of ${rules} rule${rules === 1 ? '' : 's'}; ${fill}\n`
}
