import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, copyFile, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Fault, messageOf } from '#base'

/** Two running processes that look like a privileged container from a parent never seen. */
export interface HarmlessPair {
  /** Path of the parent's executable, which never existed before. */
  readonly parent: string
  /** Ends both and removes their directory. */
  end(): Promise<void>
}

/** Long enough for a sensor that polls. */
const livesSeconds = 3

/**
 * Copies the system shell twice into a private directory, once as `docker`, once under a name never used,
 * and lets the second start the first with arguments that would make a privileged container, if it were
 * the real one. Faults: `selftest.no-exec` where the directory forbids execution.
 */
export async function startHarmlessPair(within: string): Promise<HarmlessPair> {
  const shell = await plainShell()
  const directory = await privateDirectory(within)
  const child = join(directory, 'docker')
  const parent = join(directory, `never-seen-${randomBytes(4).toString('hex')}`)
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    for (const path of [child, parent]) {
      await copyFile(shell, path)
      await chmod(path, 0o700)
    }
    const end = await start(parent, child)
    return {
      parent,
      end: async () => {
        end()
        await remove()
      },
    }
  } catch (thrown) {
    await remove()
    throw thrown
  }
}

async function start(parent: string, child: string): Promise<() => void> {
  // What follows the command keeps both shells from replacing themselves by it.
  const nap = `sleep ${livesSeconds}; :`
  const script = `"$0" -c '${nap}' run --privileged selftest:none; :`
  const running = spawn(parent, ['-c', script, child], {
    argv0: 'sh',
    detached: true,
    stdio: 'ignore',
  })
  try {
    await once(running, 'spawn')
  } catch (cause) {
    throw new Fault(
      'forbidden',
      'selftest.no-exec',
      `cannot run a program in ${parent.slice(0, parent.lastIndexOf('/'))}: ${messageOf(cause)}\nhelp: is it mounted noexec? name another directory with --dir`,
      { cause },
    )
  }
  running.unref()
  return () => {
    try {
      if (running.pid !== undefined) process.kill(-running.pid, 'SIGTERM')
    } catch {
      // Both are gone already.
    }
  }
}

async function privateDirectory(within: string): Promise<string> {
  try {
    return await mkdtemp(join(await realpath(within), folderStart))
  } catch {
    // The server's data may belong to another user; any private place will do.
    return mkdtemp(join(await realpath(tmpdir()), `vedette-${folderStart}`))
  }
}

const folderStart = 'selftest-'

/** Whether a path may be that of a program of a {@link HarmlessPair}. */
export function isOfHarmlessPair(executable: string): boolean {
  return basename(dirname(executable)).includes(folderStart)
}

const shells = ['/bin/sh', '/bin/dash', '/bin/bash', '/usr/bin/bash', '/bin/zsh']

/** A shell that is a program of its own: one that is many programs looks at the name it is called by. */
async function plainShell(): Promise<string> {
  for (const shell of shells) {
    const path = await realpath(shell).catch(() => undefined)
    if (path !== undefined && !/busybox|toybox|coreutils/.test(basename(path))) return path
  }
  throw new Fault(
    'unavailable',
    'selftest.no-shell',
    `the self-test needs a shell of its own, and there is none of ${shells.join(', ')}`,
  )
}
