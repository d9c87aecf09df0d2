import { readdir, readFile, rm, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkDerivedName, type DerivedStore } from '../derived-store.ts'
import { streamDurably, syncDirectory } from './durable-files.ts'
import { diskFault } from './event-log.ts'

/** A {@link DerivedStore} in a directory, which exists; what an interrupted write left is removed. */
export async function fileDerivedStore(directory: string): Promise<DerivedStore> {
  const pathOf = (name: string): string => {
    checkDerivedName(name)
    return join(directory, name)
  }
  for (const name of await readdir(directory)) {
    if (name.endsWith('.partial')) await unlink(join(directory, name))
  }
  return {
    read: (name) => readFile(pathOf(name)).catch(undefinedWhereMissing),
    async write(name, chunks) {
      const path = pathOf(name)
      try {
        await streamDurably(path, chunks)
      } catch (cause) {
        await rm(`${path}.partial`, { force: true })
        throw diskFault(`write ${path}`, cause)
      }
    },
    async delete(name) {
      const path = pathOf(name)
      await rm(path, { force: true })
      await syncDirectory(dirname(path))
    },
    names: async () => (await readdir(directory)).toSorted(),
  }
}

function undefinedWhereMissing(thrown: unknown): undefined {
  if (thrown instanceof Error && Reflect.get(thrown, 'code') === 'ENOENT') return undefined
  throw thrown
}
