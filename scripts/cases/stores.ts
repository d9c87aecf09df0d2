import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base'
import { openStore } from '#store'
import type { StoreChoice } from './run-file.ts'

/** Every store that cases can be run against. */
export const storeChoices: readonly StoreChoice[] = [
  { name: 'memory', open: () => openStore({ kind: 'memory', clock: systemClock }) },
  {
    name: 'embedded',
    async open() {
      const directory = await mkdtemp(join(tmpdir(), 'vedette-cases-'))
      const store = await openStore({ kind: 'embedded', directory, clock: systemClock })
      return {
        ...store,
        async close() {
          await store.close()
          await rm(directory, { recursive: true, force: true })
        },
      }
    },
  },
]
