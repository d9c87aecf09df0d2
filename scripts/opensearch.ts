import { parseArgs } from 'node:util'
import { clusterProblem, startCluster } from './opensearch/cluster.ts'

const help = `Runs a real OpenSearch on loopback until it is stopped (Ctrl-C, or a signal to its id).

  npm run opensearch -- [--nodes 3] [--port 9200]

Needs Java 17 and Maven, which fetches OpenSearch 2.19 by its coordinates. What it writes is removed at the end.
With Docker: docker compose -f examples/opensearch/compose.yaml up`

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '3' },
    port: { type: 'string', default: '9200' },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const [nodes, basePort] = [Number(values.nodes), Number(values.port)]
  if (values.help || !(nodes >= 1 && nodes <= 9) || !(basePort > 0 && basePort < 65_000)) {
    console.log(help)
    return values.help ? 0 : 2
  }
  const problem = await clusterProblem()
  if (problem !== undefined) {
    console.error(problem)
    return 1
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  const cluster = await startCluster({ nodes, basePort })
  console.log(`green: ${cluster.urls.join(' ')}; to stop it: kill ${process.pid}`)
  await promise
  await cluster.stop()
  return 0
}

process.exitCode = await main()
