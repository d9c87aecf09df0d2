import type { Api, WireRun } from '#api'
import type { Call } from './command.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter } from './output.ts'
import { runColumns } from './run-columns.ts'
import type { Terminal } from './terminal.ts'

const lookEveryMs = 500

/** Waits for runs to end, one after the other, and writes each; fails where executions did. */
export async function followRuns(
  call: Call,
  terminal: Terminal,
  { api, runs }: { readonly api: Api; readonly runs: readonly WireRun[] },
): Promise<ExitCode> {
  const rows = rowWriter<WireRun>(terminal, {
    format: formatOf(call, terminal),
    columns: runColumns,
    json: (run) => ({ ...run }),
  })
  let code: ExitCode = exitCode.done
  const planned = runs.reduce((sum, { executions }) => sum + executions.planned, 0)
  terminal.note(`${planned} execution${planned === 1 ? '' : 's'} to make\n`)
  for (const run of runs) {
    const now = call.has('no-wait') ? run : await ended(run, api, terminal)
    rows.write([now])
    if (now.state === 'failed' || now.executions.failed > 0) code = exitCode.failed
    if (terminal.signal.aborted) break
  }
  rows.end()
  if (terminal.signal.aborted) {
    terminal.note(
      'what was begun goes on; `vedette rule runs` lists it, `vedette rule cancel` ends it\n',
    )
    return exitCode.interrupted
  }
  return code
}

/** The run once it is over, or as it is when nobody wants to wait any more. */
async function ended(run: WireRun, api: Api, { clock, signal }: Terminal): Promise<WireRun> {
  let now = run
  while (now.ended_at === undefined && !signal.aborted) {
    await clock.sleep(lookEveryMs, signal).catch(() => undefined)
    now = await api.getRun({ id: run.id })
  }
  return now
}
