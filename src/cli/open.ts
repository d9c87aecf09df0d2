import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** `vedette open`: the address of the page with a secret that signs in once. */
export async function open(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api, url } = await connect(call, terminal)
  const { path } = await api.createLink({ body: {} })
  terminal.out(`${new URL(path, url).href}\n`)
  terminal.note('open it in a browser within 15 minutes; it works once\n')
  return exitCode.done
}
