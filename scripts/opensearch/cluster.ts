import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { messageOf } from '#base'

/** Real OpenSearch nodes on loopback, of this process alone: they end with it. */
export interface TestCluster {
  /** Where each node answers. */
  readonly urls: readonly string[]
  /** Ends all nodes and removes what they wrote. */
  stop(): Promise<void>
}

const run = promisify(execFile)
const home = import.meta.dirname
const startTimeoutMs = 240_000

/** Why no cluster can be started on this machine, in a sentence; undefined where one can. */
export async function clusterProblem(): Promise<string | undefined> {
  const java = await run('java', ['--list-modules']).catch(() => undefined)
  const version = Number(/jdk\.compiler@(\d+)/.exec(java?.stdout ?? '')?.[1])
  if (!(version >= 17)) return 'a real OpenSearch needs a JDK, 17 or newer, which is not here'
  try {
    await classPath()
  } catch (thrown) {
    return `a real OpenSearch needs Maven, and that Maven can fetch it: ${messageOf(thrown).slice(0, 300)}`
  }
  return undefined
}

/** Starts so many nodes and waits until they are green. `basePort`: their HTTP ports from there on; else free ones. */
export async function startCluster({
  nodes,
  basePort,
}: {
  readonly nodes: number
  readonly basePort?: number
}): Promise<TestCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-opensearch-'))
  const free = await freePorts(nodes * 2)
  const http = free.slice(0, nodes).map((port, n) => (basePort === undefined ? port : basePort + n))
  const transport = free.slice(nodes)
  const heap = `${384 + 256 * nodes}m`
  const log = join(directory, 'cluster.log')
  const written = await open(log, 'w')
  const child = spawn(
    'java',
    [
      `-Xms${heap}`,
      `-Xmx${heap}`,
      '-XX:TieredStopAtLevel=1',
      '-cp',
      await classPath(),
      join(home, 'Cluster.java'),
      directory,
      ...http.map((port, n) => `${port}:${transport[n]}`),
    ],
    { stdio: ['pipe', written.fd, written.fd] },
  )
  await written.close()
  const urls = http.map((port) => `http://127.0.0.1:${port}`)
  const stop = async (): Promise<void> => {
    child.stdin?.end()
    await ended(child)
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await green(child, urls)
  } catch (thrown) {
    const last = (await readFile(log, 'utf8')).split('\n').slice(-30).join('\n')
    child.kill()
    await stop()
    throw new Error(`OpenSearch ${messageOf(thrown)}:\n${last}`, { cause: thrown })
  }
  return { urls, stop }
}

/** Waits until every node answers and the cluster says that all is well. */
async function green(child: ChildProcess, urls: readonly string[]): Promise<void> {
  const until = Date.now() + startTimeoutMs
  const asked = `_cluster/health?wait_for_status=green&wait_for_nodes=${urls.length}&timeout=1s`
  const isGreen = async (url: string): Promise<boolean> => {
    const answer = await fetch(`${url}/${asked}`).catch(() => undefined)
    return answer?.ok === true
  }
  for (const url of urls) {
    while (!(await isGreen(url))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('ended')
      if (Date.now() > until) throw new Error(`was not green after ${startTimeoutMs / 1_000} s`)
      await sleep(500)
    }
  }
}

/** Every jar that Maven says is needed; asked once, and kept beside other things that can be had again. */
async function classPath(): Promise<string> {
  const cache = join(home, '..', '..', 'node_modules', '.cache', 'vedette-opensearch')
  const file = join(cache, 'class-path.txt')
  const pom = join(home, 'pom.xml')
  const [kept, named] = await Promise.all([stat(file).catch(() => undefined), stat(pom)])
  if (kept === undefined || kept.mtimeMs < named.mtimeMs) {
    await mkdir(cache, { recursive: true })
    const goal = ['dependency:build-classpath', `-Dmdep.outputFile=${file}`]
    await run('mvn', ['-q', '-B', '-f', pom, ...goal], { timeout: 300_000 })
  }
  return (await readFile(file, 'utf8')).trim()
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  child.once('exit', () => resolve())
  await promise
  clearTimeout(timer)
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(async (server) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.listen(0, '127.0.0.1', () => resolve())
      await promise
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    }),
  )
  for (const server of servers) server.close()
  return ports
}
