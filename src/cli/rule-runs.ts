import type { Api, WireRun } from '#api'
import { Fault } from '#base'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { limitOf } from './limit-option.ts'
import { formatOf, rowWriter } from './output.ts'
import { findRules } from './rule-reference.ts'
import { runColumns } from './run-columns.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule runs`: manual runs and fills, last asked for first. */
export async function ruleRuns(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const limit = limitOf(call)
  const { api } = await connect(call, terminal)
  const [rule] = await findRules(api, call.positionals)
  const { runs } = await api.listRuns({ ...(rule !== undefined && { rule: rule.id }), limit })
  const rows = rowWriter<WireRun>(terminal, {
    format,
    columns: runColumns,
    json: (run) => ({ ...run }),
  })
  rows.write(runs)
  rows.end()
  return exitCode.done
}

/** `vedette rule cancel`: ends runs that are not over. */
export async function ruleCancel(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const { runs } = await api.listRuns({ limit: 10_000 })
  const chosen = call.positionals.map((word) => runOf(runs, word))
  for (const { id } of chosen) terminal.note(`${await canceled(api, id)}\n`)
  return exitCode.done
}

async function canceled(api: Api, id: string): Promise<string> {
  const { state, executions, rule_name: name } = await api.cancelRun({ id })
  const made = `${executions.done} of ${executions.planned} executions of ${shown(name)} are made`
  return state === 'canceled' ? `canceled: ${made}` : `it was ${state} already: ${made}`
}

function runOf(runs: readonly WireRun[], word: string): WireRun {
  const found = runs.filter(({ id }) => id.startsWith(word))
  const [only, another] = found
  if (another !== undefined) {
    throw usageFault(`${found.length} runs begin with ${word}; write more of the id`)
  }
  if (only !== undefined) return only
  const hint = '`vedette rule runs` lists them'
  throw new Fault('not-found', 'run.unknown', `no run is called ${word}; ${hint}`)
}
