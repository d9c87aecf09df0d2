import type { WireReadiness } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { readinessOfFiles, type Answered } from './readiness/readiness-of-files.ts'
import { readinessSummary, readinessText, verdictTones, whyOf } from './readiness/readiness-text.ts'
import { findRule } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule readiness`: whether rules can fire on the data that is there, and why not. */
export async function ruleReadiness(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const wanted = wantedVerdict(call)
  const { rules, errors, unreadable } = await answered(call, terminal)
  const found = rules.filter(({ verdict }) => wanted === undefined || verdict === wanted)
  if (format === 'table' && call.positionals.length > 0) {
    terminal.out(found.map((each) => readinessText(each, terminal)).join('\n'))
  } else {
    const rows = rowWriter<WireReadiness>(terminal, { format, columns, json: (each) => each })
    rows.write(found)
    rows.end()
  }
  terminal.note(readinessSummary(rules))
  const stuck = rules.some(({ verdict }) => verdict === 'cannot-fire')
  if (errors > 0 || (stuck && call.has('strict'))) return exitCode.bad
  return unreadable > 0 ? exitCode.partial : exitCode.done
}

const verdicts = ['cannot-fire', 'learning', 'could-fire'] as const

function wantedVerdict(call: Call): WireReadiness['verdict'] | undefined {
  const asked = call.text('verdict')
  const found = verdicts.find((verdict) => verdict === asked)
  if (asked !== undefined && found === undefined) {
    throw usageFault(`--verdict is one of ${verdicts.join(', ')}`)
  }
  return found
}

async function answered(call: Call, terminal: Terminal): Promise<Answered> {
  const paths = call.texts('rules')
  if (paths.length > 0) {
    if (call.positionals.length > 0) throw usageFault('name either installed rules or --rules PATH')
    return readinessOfFiles(paths, call, terminal)
  }
  if (call.texts('events').length > 0) throw usageFault('--events asks for --rules PATH too')
  const { api } = await connect(call, terminal)
  if (call.positionals.length === 0) {
    const { rules } = await api.listReadiness(call.has('enabled') ? { enabled: true } : {})
    return { rules, errors: 0, unreadable: 0 }
  }
  const rules: WireReadiness[] = []
  for (const word of call.positionals) {
    const { id } = await findRule(api, word)
    rules.push(await api.getRuleReadiness({ id }))
  }
  return { rules, errors: 0, unreadable: 0 }
}

const columns: readonly Column<WireReadiness>[] = [
  {
    title: 'VERDICT',
    value: ({ verdict }) => verdict,
    tone: ({ verdict }) => verdictTones[verdict],
    dispensable: 0,
  },
  { title: 'RULE ID', value: ({ rule_id }) => rule_id, dispensable: 2 },
  { title: 'NAME', value: ({ name }) => shown(name), dispensable: 1 },
  { title: 'WHY', value: whyOf, dispensable: 0 },
]
