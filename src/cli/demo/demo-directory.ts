import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usageFault } from '../exit-code.ts'

/** The file that marks a data directory of a sample world. */
const markName = 'sample-world'

/** Where a server keeps what it keeps. */
export interface ServedDirectory {
  readonly path: string
  /** Removes it where it was made for this run alone. */
  end(): Promise<void>
}

/**
 * The data directory of a run. With `isDemo` it is the one asked for, which must be empty or of a sample world, or a new one
 * that goes with the run; without, it must not be of a sample world: what is real and what is not never lie together.
 * Faults: `cli.usage`.
 */
export async function servedDirectory({
  isDemo,
  asked,
  standard,
}: {
  readonly isDemo: boolean
  /** By the option, which names a directory for a sample world too. */
  readonly asked: string | undefined
  /** Where real data lies if nothing else is said. */
  readonly standard: string
}): Promise<ServedDirectory> {
  const stays = async (): Promise<void> => undefined
  if (!isDemo) {
    if ((await namesIn(standard)).includes(markName)) {
      throw usageFault(
        `${standard} holds a sample world: start it with --demo, or choose another directory with --data`,
      )
    }
    return { path: standard, end: stays }
  }
  if (asked === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'vedette-demo-'))
    await mark(path)
    return { path, end: () => rm(path, { recursive: true, force: true }) }
  }
  const names = await namesIn(asked)
  if (names.length > 0 && !names.includes(markName)) {
    throw usageFault(
      `${asked} is not empty and no sample world: --demo never goes where real data may lie`,
    )
  }
  await mkdir(asked, { recursive: true })
  await chmod(asked, 0o700)
  await mark(asked)
  return { path: asked, end: stays }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}

async function mark(directory: string): Promise<void> {
  await writeFile(
    join(directory, markName),
    'What lies here never happened: vedette serve --demo\n',
  )
}
