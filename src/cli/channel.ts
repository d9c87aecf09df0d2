import { readFile } from 'node:fs/promises'
import type { AnswerOf, Api, routes, WireChannel, WireDelivery } from '#api'
import { Fault } from '#base'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { pairsIn } from './pairs.ts'
import { shown, type Terminal } from './terminal.ts'

const channelColumns: readonly Column<WireChannel>[] = [
  { title: 'NAME', value: ({ name }) => shown(name), dispensable: 0 },
  { title: 'BY', value: ({ connector }) => shown(connector), dispensable: 0 },
  { title: 'ON', value: ({ enabled }) => (enabled ? 'yes' : 'no'), dispensable: 0 },
  { title: 'FROM', value: ({ least_severity: least }) => least, dispensable: 1 },
  { title: 'RULES', value: ({ rule_ids: ids }) => shown(ids.join(', ') || 'all'), dispensable: 2 },
  { title: 'GROUP', value: ({ group_seconds: seconds }) => `${seconds} s`, dispensable: 3 },
  {
    title: 'QUIET',
    value: ({ quiet }) => (quiet ? `${quiet.from}-${quiet.to}` : ''),
    dispensable: 3,
  },
  { title: 'ID', value: ({ id }) => shown(id), dispensable: 4 },
]

/** `vedette channel list`. */
export async function channelList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const rows = rowWriter<WireChannel>(terminal, {
    format,
    columns: channelColumns,
    json: (row) => row,
  })
  rows.write((await api.listChannels({})).channels)
  rows.end()
  return exitCode.done
}

type WireConnector = AnswerOf<(typeof routes)['listNotifyConnectors']>['connectors'][number]

const connectorColumns: readonly Column<WireConnector>[] = [
  { title: 'CONNECTOR', value: ({ id }) => id, dispensable: 0 },
  { title: 'TITLE', value: ({ title }) => title, dispensable: 1 },
  {
    title: 'SETTINGS',
    value: ({ settings }) =>
      settings.map(({ name, required }) => (required ? name : `[${name}]`)).join(' '),
    dispensable: 0,
  },
]

/** `vedette channel connectors`. */
export async function channelConnectors(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const rows = rowWriter<WireConnector>(terminal, {
    format,
    columns: connectorColumns,
    json: (row) => row,
  })
  rows.write((await api.listNotifyConnectors({})).connectors)
  rows.end()
  return exitCode.done
}

const severities = ['low', 'medium', 'high', 'critical'] as const

/** `vedette channel add`. */
export async function channelAdd(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [name = '', connector = '', ...words] = call.positionals
  const least = severities.find((each) => each === (call.text('severity') ?? 'low'))
  if (least === undefined) throw usageFault(`--severity is one of ${severities.join(', ')}`)
  const quiet = quietOf(call)
  const settings: { [name: string]: string } = { ...pairsIn(words, 'SETTING=VALUE') }
  for (const [setting, file] of Object.entries(pairsIn(call.texts('secret'), 'SETTING=FILE'))) {
    settings[setting] = await secretIn(file)
  }
  const { api } = await connect(call, terminal)
  const made = await api.createChannel({
    body: {
      name,
      connector,
      settings,
      enabled: true,
      template: call.text('template') ?? '',
      least_severity: least,
      rule_ids: call.texts('rule'),
      group_seconds: Number(call.text('group') ?? '0'),
      ...(quiet !== undefined && { quiet }),
    },
  })
  terminal.out(`${made.id}\n`)
  terminal.note(
    `${shown(made.name)} is told from now on; \`vedette channel test\` sends a sample\n`,
  )
  return exitCode.done
}

function quietOf(call: Call) {
  const text = call.text('quiet-hours')
  if (text === undefined) return undefined
  const [, from = '', to = ''] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? []
  if (from === '') throw usageFault(`--quiet-hours ${text} is no span such as 22:00-07:00`)
  return { from, to, unless: 'critical' as const }
}

async function secretIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('invalid', 'cli.secret-file', `cannot read the secret in ${path}`, { cause })
  })
  return text.trim()
}

/** `vedette channel test`. */
export async function channelTest(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const { id, name } = await channelOf(api, call.positionals[0] ?? '')
  const { sent, problem } = await api.testChannel({ id, body: {} })
  if (sent) terminal.note(`sent to ${shown(name)}\n`)
  else terminal.err(`error: not sent to ${shown(name)}: ${shown(problem)}\n`)
  return sent ? exitCode.done : exitCode.failed
}

/** `vedette channel remove`. */
export async function channelRemove(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const { id, name } = await channelOf(api, call.positionals[0] ?? '')
  await api.removeChannel({ id })
  terminal.note(`${shown(name)} is told nothing any more\n`)
  return exitCode.done
}

async function channelOf(api: Api, word: string): Promise<WireChannel> {
  const { channels } = await api.listChannels({})
  const found = channels.filter(({ id, name }) => id === word || name === word)
  const [only, another] = found
  if (only === undefined)
    throw new Fault('not-found', 'notify.unknown-channel', `there is no channel ${word}`)
  if (another !== undefined)
    throw usageFault(`${found.length} channels are called ${word}: give the id`)
  return only
}

const deliveryColumns: readonly Column<WireDelivery>[] = [
  { title: 'ID', value: ({ id }) => id, dispensable: 0 },
  { title: 'STATE', value: ({ state }) => state, dispensable: 0 },
  { title: 'ALERTS', value: ({ alerts }) => String(alerts), dispensable: 1 },
  { title: 'FIRST', value: ({ first }) => shown(first), dispensable: 2 },
  { title: 'ATTEMPTS', value: ({ attempts }) => String(attempts), dispensable: 1 },
  { title: 'DUE', value: ({ due }) => due, dispensable: 3 },
  { title: 'PROBLEM', value: ({ problem }) => shown(problem), dispensable: 0 },
]

/** `vedette channel waiting`. */
export async function channelWaiting(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const rows = rowWriter<WireDelivery>(terminal, {
    format,
    columns: deliveryColumns,
    json: (row) => row,
  })
  rows.write((await api.listDeliveries({ limit: 1_000 })).deliveries)
  rows.end()
  return exitCode.done
}

/** `vedette channel retry`. */
export async function channelRetry(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const { deliveries } = await api.listDeliveries({ limit: 1_000 })
  const dead = deliveries.filter(({ state }) => state === 'dead').map(({ id }) => id)
  const asked = call.positionals.length > 0 ? call.positionals : dead
  let retried = 0
  for (const id of asked) if ((await api.retryDelivery({ id, body: {} })).retried) retried++
  terminal.note(`${retried} of ${asked.length} are tried again\n`)
  return retried === asked.length ? exitCode.done : exitCode.failed
}
