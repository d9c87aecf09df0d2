import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { readdir } from 'node:fs/promises'

/** What a child left behind. */
export interface Killed {
  /** What it said on stdout, line by line; an unfinished line at the end is left out. */
  readonly said: readonly string[]
  /** The names in the watched directory after its end. */
  readonly left: readonly string[]
}

/**
 * Runs a program until a file comes into a directory whose name passes the test, and kills it at that moment. The
 * directory exists. Throws where the program ends by itself.
 */
export async function killedWhen(
  program: readonly string[],
  { directory, comes }: { readonly directory: string; readonly comes: RegExp },
): Promise<Killed> {
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] })
  const watcher = watch(directory, (_event, name) => {
    if (name !== null && comes.test(name)) child.kill('SIGKILL')
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [, signal] = await once(child, 'close')
  watcher.close()
  if (signal !== 'SIGKILL') throw new Error(`the program ended by itself: ${said}`)
  return { said: said.split('\n').slice(0, -1), left: await readdir(directory) }
}
