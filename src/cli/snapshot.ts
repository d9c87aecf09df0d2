import { resolve } from 'node:path'
import { checkSnapshot, restoreSnapshot, takeSnapshot } from '#store'
import { auditFileName } from './audit-file.ts'
import type { Call } from './command.ts'
import { dataDirectoryOf } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { shown, type Terminal } from './terminal.ts'

/** What lies in a data directory beside the store, and is worth keeping. */
const beside = [
  'instance',
  'token',
  'notify.key',
  'response-key.pem',
  auditFileName,
  ...['ca', 'server'].flatMap((name) => [`tls/${name}.pem`, `tls/${name}-key.pem`]),
]

/** `vedette snapshot create DIR`: a copy of a data directory, while the server works on it. */
export async function snapshotCreate(call: Call, terminal: Terminal): Promise<ExitCode> {
  const target = placeOf(call)
  const { files } = await takeSnapshot({
    directory: dataDirectoryOf(call, terminal),
    target,
    also: beside,
    nowMs: terminal.clock.nowMs(),
  })
  terminal.out(`${shown(target)}: ${extent(files)}\n`)
  terminal.note('it holds the token and everything that the server knows: keep it as safe\n')
  return exitCode.done
}

/** `vedette snapshot check DIR`: whether each file is as it was written. */
export async function snapshotCheck(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { files, made_at: madeAt } = await checkSnapshot(placeOf(call))
  terminal.out(`${extent(files)} of ${madeAt}, each as it was written\n`)
  return exitCode.done
}

/** `vedette snapshot restore DIR`: a new data directory as it was then. */
export async function snapshotRestore(call: Call, terminal: Terminal): Promise<ExitCode> {
  const directory = dataDirectoryOf(call, terminal)
  const { files, made_at: madeAt } = await restoreSnapshot(placeOf(call), directory)
  terminal.out(`${shown(directory)}: ${extent(files)} of ${madeAt}\n`)
  return exitCode.done
}

function placeOf(call: Call): string {
  return resolve(call.positionals[0] ?? '')
}

function extent(files: readonly { readonly bytes: number }[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return `${files.length} files, ${(bytes / 2 ** 20).toFixed(1)} MiB`
}
