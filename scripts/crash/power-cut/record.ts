import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemClock, messageOf } from '#base'
import { operationsOf, type Operation } from './operation.ts'

const source = fileURLToPath(new URL('recorder.c', import.meta.url))

/** What writes down what programs do to files. */
export interface Recorder {
  /** Runs a program of ours for so long, kills it, and gives what it did to files below a directory. */
  record(
    program: readonly string[],
    { directory, forMs }: { readonly directory: string; readonly forMs: number },
  ): Promise<readonly Operation[]>
  close(): Promise<void>
}

/** Builds the recorder, or says why it cannot be built here. */
export async function buildRecorder(): Promise<Recorder | { readonly skip: string }> {
  if (process.platform !== 'linux') return { skip: 'writes are recorded on Linux alone' }
  const folder = await mkdtemp(join(tmpdir(), 'vedette-recorder-'))
  const library = join(folder, 'recorder.so')
  try {
    await promisify(execFile)('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl'])
  } catch (thrown) {
    await rm(folder, { recursive: true })
    return { skip: `the recorder of writes cannot be built here: ${messageOf(thrown)}` }
  }
  let recordings = 0
  return {
    async record(program, { directory, forMs }) {
      const recording = join(folder, `recording-${recordings++}`)
      const child = spawn(process.execPath, program, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          LD_PRELOAD: library,
          VEDETTE_RECORDED: directory,
          VEDETTE_RECORDING: recording,
        },
      })
      const ended = once(child, 'close')
      await once(child.stdout, 'data')
      child.stdout.resume()
      await systemClock.sleep(forMs)
      child.kill('SIGKILL')
      await ended
      const operations = [...operationsOf(await readFile(recording))]
      await rm(recording)
      return operations
    },
    close: () => rm(folder, { recursive: true }),
  }
}
