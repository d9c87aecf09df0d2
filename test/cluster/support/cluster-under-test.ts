import { afterAll, beforeEach, inject } from 'vitest'
import { freshStores, type FreshStores } from '../../../scripts/opensearch/fresh-stores.ts'

/**
 * Skips every test of a file where no cluster can be had, and says why; else gives empty stores, which are removed at the
 * end of the file.
 */
export function clusterStores(): FreshStores {
  const { missing, nodes } = inject('opensearch')
  const stores = freshStores(nodes)
  beforeEach((context) => context.skip(missing !== '', missing))
  afterAll(() => stores.remove(), 120_000)
  return stores
}
