import type { WireAuditRecord } from '#api'
import { readAudit } from '#server'
import { auditFileOf } from './audit-file.ts'
import type { Call } from './command.ts'
import { connect, dataDirectoryOf } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<WireAuditRecord>[] = [
  { title: 'WHEN', value: ({ at }) => at, dispensable: 0 },
  { title: 'WHO', value: ({ who }) => shown(who), dispensable: 0 },
  { title: 'ROLE', value: ({ role }) => shown(role), dispensable: 2 },
  {
    title: 'STATUS',
    value: ({ status }) => String(status),
    tone: ({ status }) => (status < 400 ? undefined : 'warning'),
    dispensable: 1,
  },
  { title: 'WHAT', value: ({ what }) => shown(what), dispensable: 0 },
]

/** `vedette audit list`: what was changed, by whom, newest first. */
export async function auditList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const limit = Number(call.text('limit') ?? '100')
  if (!Number.isInteger(limit) || limit < 1) throw usageFault('--limit is a number of entries')
  const { api } = await connect(call, terminal)
  const { entries } = await api.listAudit({ limit })
  const rows = rowWriter<WireAuditRecord>(terminal, { format, columns, json: (row) => row })
  rows.write(entries)
  rows.end()
  return exitCode.done
}

/** `vedette audit verify`: whether an entry was changed or left out; reads the file, needs no server. */
export async function auditVerify(call: Call, terminal: Terminal): Promise<ExitCode> {
  const path = auditFileOf(dataDirectoryOf(call, terminal))
  const { records, broken } = await readAudit(path)
  if (broken !== undefined) {
    terminal.err(`error: ${shown(path)}, line ${broken.line}: ${broken.reason}\n`)
    return exitCode.failed
  }
  const { seq = 0, hash = 'none' } = records.at(-1) ?? {}
  terminal.out(`${seq} entries, none changed or left out; the last hash is ${hash}\n`)
  return exitCode.done
}
