import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Fault, silentLogger, type Clock, type Logger } from '#base'
import type { Store } from '../store.ts'
import { connectCluster, type ClusterAddress } from './cluster.ts'
import { elasticsearchDerivedStore } from './elasticsearch-derived-store.ts'
import { elasticsearchDocumentStore } from './elasticsearch-document-store.ts'
import { openElasticsearchEventStore } from './elasticsearch-event-store.ts'
import { takeLease } from './writer-lease.ts'

/** How a store on a cluster is set up. */
export interface ElasticsearchStoreOptions extends ClusterAddress {
  /** What the names of all its indices begin with; `vedette` where nothing else is said. Several stores may share a cluster. */
  readonly name?: string
  readonly clock: Clock
  readonly log?: Logger
}

/**
 * Opens a store on Elasticsearch or OpenSearch, and holds it for this process alone until closed: one process numbers
 * the events. Faults: those of the cluster; `store.locked`; `store.bad-name`.
 */
export async function openElasticsearchStore(options: ElasticsearchStoreOptions): Promise<Store> {
  const { name = 'vedette', clock, log = silentLogger } = options
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(name)) {
    throw new Fault(
      'invalid',
      'store.bad-name',
      `store name [${name}]: small letters, digits and "-", a letter first, at most 61 of them`,
    )
  }
  const cluster = await connectCluster(options)
  try {
    const holder = `${hostname()}, process ${process.pid} (${randomUUID()})`
    const lease = await takeLease(cluster, { name, holder, clock, log })
    const documents = elasticsearchDocumentStore(cluster, name)
    const events = await openElasticsearchEventStore({ cluster, name, lease, clock, log }).catch(
      async (thrown: unknown) => {
        await lease.release(lease.claimedThrough)
        throw thrown
      },
    )
    log.info('store on a cluster', { dialect: cluster.dialect.title, version: cluster.version })
    return {
      events,
      documents,
      derived: elasticsearchDerivedStore(cluster, name),
      async close() {
        await events.close()
        await documents.close()
        await cluster.close()
      },
    }
  } catch (thrown) {
    await cluster.close()
    throw thrown
  }
}
