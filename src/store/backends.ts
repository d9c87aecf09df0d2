import { unreachable } from '#base'
import { openEmbeddedStore, type EmbeddedStoreOptions } from './embedded/open-embedded-store.ts'
import {
  openElasticsearchStore,
  type ElasticsearchStoreOptions,
} from './elasticsearch/open-elasticsearch-store.ts'
import { memoryStore } from './memory/index.ts'
import type { Clock } from '#base'
import type { Store } from './store.ts'

/** Which backend, and how it is set up. */
export type StoreConfig =
  | { readonly kind: 'memory'; readonly clock: Clock }
  | ({ readonly kind: 'embedded' } & EmbeddedStoreOptions)
  | ({ readonly kind: 'elasticsearch' } & ElasticsearchStoreOptions)

/** The names of all backends. */
export const backends: readonly StoreConfig['kind'][] = ['memory', 'embedded', 'elasticsearch']

/** Opens the store that a configuration names. Faults: those of the backend. */
export async function openStore(config: StoreConfig): Promise<Store> {
  switch (config.kind) {
    case 'memory':
      return memoryStore(config)
    case 'embedded':
      return openEmbeddedStore(config)
    case 'elasticsearch':
      return openElasticsearchStore(config)
    default:
      return unreachable(config)
  }
}
