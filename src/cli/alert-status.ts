import { Fault } from '#base'
import { findAlert } from './alert-reference.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

const said = { open: 'reopened', acknowledged: 'acknowledged', closed: 'closed' } as const

/** `vedette alert ack|close|reopen`: moves alerts to a status, all of them or, when one is unknown, none. */
export async function alertStatus(
  call: Call,
  terminal: Terminal,
  status: keyof typeof said,
): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const alerts = []
  for (const word of call.positionals) alerts.push(await findAlert(api, word))
  const reason = call.text('reason')
  const { changed, missing } = await api.setAlertsStatus({
    body: { ids: alerts.map(({ id }) => id), status, ...(reason !== undefined && { reason }) },
  })
  for (const id of changed) terminal.out(`${id}\n`)
  if (missing.length > 0) {
    throw new Fault('not-found', 'alert.unknown', `gone meanwhile: ${missing.join(', ')}`)
  }
  terminal.note(`${changed.length} alert${changed.length === 1 ? '' : 's'} ${said[status]}\n`)
  return exitCode.done
}
