import type { JsonObject } from '#base'
import { checkSpec, secondSpec } from '../document-keys.ts'
import type { Collection, CollectionSpec, DocumentStore } from '../document-store.ts'
import type { Cluster } from './cluster.ts'
import { elasticsearchCollection } from './elasticsearch-collection.ts'

/** Documents in hidden indices `.<name>-<collection>` of a cluster, one a collection. */
export function elasticsearchDocumentStore(cluster: Cluster, name: string): DocumentStore {
  const open = new Map<CollectionSpec<never>, unknown>()
  const names = new Set<string>()
  return {
    collection<T extends JsonObject>(spec: CollectionSpec<T>): Collection<T> {
      const known = open.get(spec)
      // The map's key is the very spec that carries T, so what was opened for it is a Collection<T>.
      if (known !== undefined) return known as Collection<T>
      checkSpec(spec)
      if (names.has(spec.name)) throw secondSpec(spec.name)
      const index = `.${name}-${spec.name.replaceAll('_', '-')}`
      const created = elasticsearchCollection(cluster, { index, spec })
      names.add(spec.name)
      open.set(spec, created)
      return created
    },
    close: async () => {
      open.clear()
      names.clear()
    },
  }
}
