import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base'
import { openStore } from '#store'
import { clusterProblem, startCluster, type TestCluster } from '../opensearch/cluster.ts'
import { freshStores, type FreshStores } from '../opensearch/fresh-stores.ts'
import type { StoreChoice } from './run-file.ts'

/** A store on a cluster; the first one to be opened starts the cluster, or finds the one that VEDETTE_OPENSEARCH names. */
function openSearchChoice(): StoreChoice {
  let stores: Promise<FreshStores> | undefined
  let cluster: TestCluster | undefined
  const begin = async (): Promise<FreshStores> => {
    const running = process.env['VEDETTE_OPENSEARCH']
    if (running !== undefined) return freshStores(running.split(','))
    const problem = await clusterProblem()
    if (problem !== undefined) throw new Error(problem)
    cluster = await startCluster({ nodes: 1 })
    return freshStores(cluster.urls)
  }
  return {
    name: 'opensearch',
    async open() {
      stores ??= begin()
      return (await stores).open()
    },
    async end() {
      if (stores === undefined) return
      await (await stores).remove()
      await cluster?.stop()
    },
  }
}

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
  openSearchChoice(),
]
