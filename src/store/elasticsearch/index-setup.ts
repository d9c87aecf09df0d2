import type { JsonObject } from '#base'
import type { Cluster } from './cluster.ts'

/** Makes an index once, when it is first needed; whoever comes second finds it there. */
export function indexSetup(
  cluster: Cluster,
  { index, mappings }: { readonly index: string; readonly mappings: JsonObject },
): () => Promise<void> {
  let made: Promise<void> | undefined
  const make = async (): Promise<void> => {
    const settings = {
      number_of_shards: 1,
      auto_expand_replicas: '0-1',
      hidden: true,
      refresh_interval: '1s',
    }
    await cluster.request({
      doing: `make index ${index}`,
      method: 'PUT',
      path: `/${index}`,
      body: { settings: { index: settings }, mappings },
      // 400: it exists already.
      accept: [400],
    })
    await cluster.request({
      doing: `map index ${index}`,
      method: 'PUT',
      path: `/${index}/_mapping`,
      body: mappings,
    })
  }
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined
      throw thrown
    })
    return made
  }
}

/** Makes what was written visible to searches, when somebody searches: many writes, one refresh. */
export interface Refreshing {
  /** Something was written. */
  note(): void
  /** Resolves when everything noted before is visible. */
  settle(): Promise<void>
}

/** {@link Refreshing} of an index or data stream. */
export function refreshing(cluster: Cluster, index: string): Refreshing {
  let isDirty = false
  let running: Promise<void> = Promise.resolve()
  return {
    note: () => {
      isDirty = true
    },
    settle: () => {
      if (!isDirty) return running
      isDirty = false
      running = cluster
        .request({ doing: `refresh ${index}`, method: 'POST', path: `/${index}/_refresh` })
        .then(
          () => undefined,
          (thrown: unknown) => {
            isDirty = true
            throw thrown
          },
        )
      return running
    },
  }
}
