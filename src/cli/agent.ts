import type { WireAgent } from '#api'
import { parseDuration } from '#base'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<WireAgent>[] = [
  { title: 'ID', value: ({ id }) => shown(id), dispensable: 1 },
  { title: 'NAME', value: ({ name }) => shown(name), dispensable: 0 },
  { title: 'STATE', value: ({ state }) => state, dispensable: 0 },
  { title: 'MODE', value: ({ health }) => shown(health?.sensor.mode ?? '-'), dispensable: 0 },
  { title: 'POLICY', value: policyText, dispensable: 0 },
  { title: 'SPOOL', value: ({ health }) => String(health?.spool.events ?? '-'), dispensable: 2 },
  { title: 'LOST', value: ({ health }) => String(lostOf(health)), dispensable: 2 },
  { title: 'SEEN', value: ({ seen_at: at }) => at ?? 'never', dispensable: 3 },
  { title: 'PROBLEMS', value: ({ problems }) => problems.map(shown).join('; '), dispensable: 4 },
]

function policyText({ policy, obeys }: WireAgent): string {
  const isObeyed = obeys?.id === policy.id && obeys.version === policy.version
  return `${shown(policy.name)} v${policy.version}${isObeyed ? '' : ' (not yet obeyed)'}`
}

function lostOf(health: WireAgent['health']): number {
  return health === undefined ? 0 : health.sensor.lost + health.spool.dropped + health.spool.damaged
}

/** `vedette agent list`. */
export async function agentList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const { agents } = await api.listAgents({})
  const rows = rowWriter<WireAgent>(terminal, { format, columns, json: (agent) => agent })
  rows.write(agents)
  rows.end()
  return exitCode.done
}

const minuteMs = 60_000

/** `vedette agent token`: the line alone goes to the output, so that it can be piped to where it is pasted. */
export async function agentToken(call: Call, terminal: Terminal): Promise<ExitCode> {
  const text = call.text('expires') ?? '1h'
  const lastsMs = parseDuration(text)
  if (lastsMs === undefined || lastsMs < minuteMs) {
    throw usageFault(`--expires ${text} is no time of a minute or more, such as 1h`)
  }
  const uses = Number(call.text('uses') ?? '1')
  if (!Number.isInteger(uses) || uses < 1) throw usageFault('--uses is a number of hosts')
  const policy = call.text('policy')
  const { api } = await connect(call, terminal)
  const made = await api.createEnrolmentToken({
    body: {
      minutes: Math.round(lastsMs / minuteMs),
      uses,
      ...(policy !== undefined && { policy }),
    },
  })
  terminal.out(`${made.line}\n`)
  const hosts = made.uses === 1 ? 'one host' : `${made.uses} hosts`
  terminal.note(
    `enrols ${hosts} until ${made.expires_at}, and is not shown again; on the host:\n  sudo vedette agent enroll --run LINE\n`,
  )
  return exitCode.done
}

/** `vedette agent move`. */
export async function agentMove(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = '', policy = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const agent = await api.moveAgent({ id, body: { policy } })
  terminal.note(`${shown(agent.name)} is to obey ${shown(agent.policy.name)}\n`)
  return exitCode.done
}

/** `vedette agent revoke`. */
export async function agentRevoke(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const agent = await api.revokeAgent({ id, body: {} })
  terminal.note(`${shown(agent.name)} may speak no more\n`)
  return exitCode.done
}

/** `vedette agent remove`. */
export async function agentRemove(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const { removed } = await api.removeAgent({ id })
  if (!removed) {
    terminal.err(`error: there is no agent ${shown(id)}; \`vedette agent list\` has the ids\n`)
    return exitCode.failed
  }
  terminal.note('removed\n')
  return exitCode.done
}
