import { roleNames, type WireAccessKey } from '#api'
import { parseDuration } from '#base'
import { instantOf } from './alert-list.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<WireAccessKey>[] = [
  { title: 'ID', value: ({ id }) => shown(id), dispensable: 0 },
  { title: 'NAME', value: ({ name }) => shown(name), dispensable: 0 },
  { title: 'ROLE', value: ({ role }) => role, dispensable: 0 },
  { title: 'SENDS TO', value: sendsTo, dispensable: 2 },
  { title: 'EXPIRES', value: ({ expires_at: at }) => at ?? 'never', dispensable: 1 },
  { title: 'LAST USED', value: ({ last_used_at: at }) => at ?? 'never', dispensable: 1 },
]

function sendsTo({ role, indices }: WireAccessKey): string {
  if (role !== 'ingest' && role !== 'admin') return 'nothing'
  return indices.length === 0 ? 'all' : indices.map(shown).join(', ')
}

/** `vedette key list`. */
export async function keyList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const { keys } = await api.listKeys({})
  const rows = rowWriter<WireAccessKey>(terminal, { format, columns, json: (key) => key })
  rows.write(keys)
  rows.end()
  return exitCode.done
}

/** `vedette key create`: the secret alone goes to the output, so that it can be piped where it belongs. */
export async function keyCreate(call: Call, terminal: Terminal): Promise<ExitCode> {
  const role = roleNames.find((name) => name === (call.text('role') ?? 'ingest'))
  if (role === undefined) throw usageFault(`--role is one of ${roleNames.join(', ')}`)
  const expiresAt = expiryOf(call, terminal.clock.nowMs())
  const { api } = await connect(call, terminal)
  const { key, secret } = await api.createKey({
    body: {
      name: call.positionals[0] ?? '',
      role,
      indices: call.texts('index'),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    },
  })
  terminal.out(`${secret}\n`)
  terminal.note(
    `key ${shown(key.id)} for the role ${key.role}; the line above is its secret and is not shown again\n`,
  )
  return exitCode.done
}

/** `30d` from now, or a date. */
function expiryOf(call: Call, nowMs: number): string | undefined {
  const text = call.text('expires')
  const ms = text === undefined ? undefined : parseDuration(text)
  return ms === undefined ? instantOf(call, 'expires', nowMs) : new Date(nowMs + ms).toISOString()
}

/** `vedette key revoke`. */
export async function keyRevoke(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const { revoked } = await api.revokeKey({ id })
  if (!revoked) {
    terminal.err(`error: there is no key ${shown(id)}; \`vedette key list\` has the ids\n`)
    return exitCode.failed
  }
  terminal.note('revoked\n')
  return exitCode.done
}
