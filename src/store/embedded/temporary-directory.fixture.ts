import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs one test with a directory of its own, removed at the end. */
export async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-store-'))
  try {
    await work(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}
