import type { Api, WireAction, WireAlert, WireCommand } from '#api'
import { Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'
import { firstValueOf } from '#event'
import { findAlert } from './alert-reference.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { limitOf } from './limit-option.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { pairsIn } from './pairs.ts'
import { shown, type Terminal } from './terminal.ts'

const actionColumns: readonly Column<WireAction>[] = [
  { title: 'ACTION', value: ({ id }) => id, dispensable: 0 },
  {
    title: 'FOR',
    value: ({ needs }) => (needs === 'manage' ? 'admin' : 'responder'),
    dispensable: 3,
  },
  {
    title: 'CHANGES',
    value: ({ changes_nothing: looks }) => (looks ? 'nothing' : 'the host'),
    dispensable: 2,
  },
  { title: 'PARAMETERS', value: parametersOf, dispensable: 1 },
  {
    title: 'CAN IT BE DONE',
    value: ({ obstacle }) => shown(obstacle ?? 'yes'),
    tone: ({ obstacle }) => (obstacle === undefined ? 'good' : 'warning'),
    dispensable: 0,
  },
]

function parametersOf({ parameters }: WireAction): string {
  return parameters.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ')
}

/** `vedette respond actions`. */
export async function respondActions(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const host = call.text('host')
  const { hosts, actions } = await api.listActions(host === undefined ? {} : { host })
  const rows = rowWriter<WireAction>(terminal, {
    format,
    columns: actionColumns,
    json: (row) => row,
  })
  rows.write(actions)
  rows.end()
  const told = hosts.map(({ name, id, level }) => `${shown(name)} (${shown(id)}): ${level}`)
  terminal.note(`hosts that obey: ${told.join(', ') || 'none'}\n`)
  return exitCode.done
}

const commandColumns: readonly Column<WireCommand>[] = [
  { title: 'ID', value: ({ id }) => id, dispensable: 0 },
  { title: 'GIVEN', value: ({ given_at: at }) => at, dispensable: 2 },
  {
    title: 'ACTION',
    value: ({ action, dry_run: dry }) => (dry ? `${action} (dry)` : action),
    dispensable: 0,
  },
  { title: 'ON', value: ({ target, host }) => shown(`${target} of ${host.name}`), dispensable: 1 },
  { title: 'WHO', value: ({ who }) => shown(who), dispensable: 3 },
  { title: 'STATE', value: ({ state }) => state, tone: toneOf, dispensable: 0 },
  { title: 'WHAT CAME OF IT', value: ({ summary }) => shown(summary), dispensable: 0 },
]

function toneOf({ state }: WireCommand) {
  if (state === 'done') return 'good'
  return isOver(state) ? 'bad' : 'warning'
}

function isOver(state: WireCommand['state']): boolean {
  return state !== 'queued' && state !== 'delivered' && state !== 'running'
}

/** `vedette respond list`. */
export async function respondList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const word = call.text('alert')
  const alert = word === undefined ? undefined : (await findAlert(api, word)).id
  const limit = Math.min(limitOf(call), 1_000)
  const { commands } = await api.listCommands({ limit, ...(alert !== undefined && { alert }) })
  const rows = rowWriter<WireCommand>(terminal, {
    format,
    columns: commandColumns,
    json: (row) => row,
  })
  rows.write(commands)
  rows.end()
  return exitCode.done
}

/** `vedette respond run`: gives a command, and waits for its end. */
export async function respondRun(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [action = '', ...words] = call.positionals
  const { api } = await connect(call, terminal)
  const word = call.text('alert')
  const alert = word === undefined ? undefined : await findAlert(api, word)
  const why =
    call.text('why') ?? (alert === undefined ? undefined : `answers alert ${alert.id.slice(0, 12)}`)
  if (why === undefined) throw usageFault('say --why, or name the --alert that it answers')
  // What answers an alert is for the host of the alert, and never for another that happens to answer.
  const host = call.text('host') ?? (alert === undefined ? undefined : hostOf(alert))
  const given = pairsIn(words, 'NAME=VALUE')
  const parameters =
    alert === undefined ? given : { ...(await parametersOfAlert(api, { action, alert })), ...given }
  const command = await api.giveCommand({
    body: {
      action,
      parameters,
      why,
      dry_run: call.has('dry-run'),
      ...(host !== undefined && { host }),
      ...(alert !== undefined && { alert: alert.id }),
    },
  })
  if (call.has('no-wait')) {
    terminal.out(`${command.id}\n`)
    return exitCode.done
  }
  terminal.note(`${command.action} on ${shown(command.target)}: command ${command.id}\n`)
  await overOf(api, command.id, terminal)
  return showCommand(api, command.id, { call, terminal })
}

function hostOf({ document }: WireAlert): string | undefined {
  const id = firstValueOf(document, 'host.id')
  return typeof id === 'string' ? id : undefined
}

/** What an action asks for and an alert says: its container, or its process. */
async function parametersOfAlert(
  api: Api,
  { action, alert }: { readonly action: string; readonly alert: WireAlert },
): Promise<JsonObject> {
  const { actions } = await api.listActions({})
  const asked = actions.find(({ id }) => id === action)?.on
  if (asked === 'container') {
    const { container } = await api.getAlertCase({ id: alert.id })
    if (container !== undefined) return { container: container.id }
    const told = 'no container is known for this alert: name it with container=ID'
    throw new Fault('not-found', 'cli.no-container', told)
  }
  if (asked !== 'process') return {}
  const value = (field: string): JsonObject => {
    const found = firstValueOf(alert.document, `process.${field}`)
    return typeof found === 'string' || typeof found === 'number' ? { [field]: found } : {}
  }
  return { ...value('pid'), ...value('entity_id') }
}

const askEveryMs = 200

/** Waits until nothing more can become of a command, or Ctrl-C. */
async function overOf(api: Api, id: string, { clock, signal }: Terminal): Promise<void> {
  for (;;) {
    const { command } = await api.getCommand({ id })
    if (isOver(command.state)) return
    await clock.sleep(askEveryMs, signal)
  }
}

/** `vedette respond show`. */
export async function respondShow(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  return showCommand(api, call.positionals[0] ?? '', { call, terminal })
}

async function showCommand(
  api: Api,
  id: string,
  { call, terminal }: { readonly call: Call; readonly terminal: Terminal },
): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const found = await api.getCommand({ id })
  const { command, output } = found
  if (call.text('format') !== undefined && format !== 'table') {
    const json: JsonValue = { ...command, output: output.map((part) => ({ ...part })) }
    if (isJsonObject(json)) terminal.out(`${JSON.stringify(json)}\n`)
  } else {
    for (const { name, text, cut } of output) {
      if (output.length > 1) terminal.out(`${terminal.tint('strong', `== ${name}`)}\n`)
      terminal.out(text.split('\n').map(shownLine).join('\n'))
      terminal.out(text.endsWith('\n') || text === '' ? '' : '\n')
      if (cut) terminal.note(`${name}: only the beginning is kept\n`)
    }
  }
  terminal.err(`${terminal.tint(toneOf(command), command.state)}: ${shown(command.summary)}\n`)
  return command.state === 'done' || !isOver(command.state) ? exitCode.done : exitCode.bad
}

/** A line of output, its tabs kept. */
function shownLine(line: string): string {
  return line.split('\t').map(shown).join('\t')
}

/** `vedette respond cancel`. */
export async function respondCancel(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const { state } = await api.cancelCommand({ id, body: {} })
  terminal.note(`${state}\n`)
  return exitCode.done
}
