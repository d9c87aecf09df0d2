import type { TestProject } from 'vitest/node'
import {
  clusterProblem,
  startCluster,
  type TestCluster,
} from '../../../scripts/opensearch/cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the nodes of a real OpenSearch answer; none, with the reason, where there is none. */
    readonly opensearch: { readonly nodes: readonly string[]; readonly missing: string }
  }
}

let cluster: TestCluster | undefined

/** Starts three nodes for all tests of the project, or takes those that VEDETTE_OPENSEARCH names. */
export async function setup({ provide }: TestProject): Promise<void> {
  const running = process.env['VEDETTE_OPENSEARCH']
  if (running !== undefined) {
    provide('opensearch', { nodes: running.split(','), missing: '' })
    return
  }
  const missing = await clusterProblem()
  if (missing !== undefined) {
    provide('opensearch', { nodes: [], missing })
    return
  }
  cluster = await startCluster({ nodes: 3 })
  provide('opensearch', { nodes: cluster.urls, missing: '' })
}

/** Ends the nodes that were started here. */
export async function teardown(): Promise<void> {
  await cluster?.stop()
}
