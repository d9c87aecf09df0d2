import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { promisify } from 'node:util'
import { messageOf } from '#base'

/** Real OpenSearch nodes on loopback, of this process alone: they end with it. */
export interface TestCluster {
  /** Where each node answers. */
  readonly urls: readonly string[]
  readonly pid: number
  /** Takes a node down without asking, or brings it back; counted from 1. */
  node(action: 'stop' | 'start', node: number): Promise<void>
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
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout })
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await ended(child)
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await answered(child, lines, 'green')
  } catch (thrown) {
    child.kill()
    await stop()
    throw thrown
  }
  return {
    urls: http.map((port) => `http://127.0.0.1:${port}`),
    pid: child.pid ?? 0,
    async node(action, node) {
      child.stdin.write(`${action} ${node}\n`)
      await answered(child, lines, `${action} ${node}`)
    },
    stop,
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

/** Waits for a line of the cluster; its own log runs past on the same stream and is kept for a failure. */
async function answered(child: ChildProcess, lines: Interface, wanted: string): Promise<void> {
  const last: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = (what: string) => reject(new Error(`OpenSearch ${what}:\n${last.join('\n')}`))
  const listen = (line: string) => {
    if (line.startsWith(`CLUSTER ${wanted}`)) resolve()
    last.push(line)
    if (last.length > 30) last.shift()
  }
  const onEnd = () => fail('ended')
  const timer = setTimeout(() => fail(`did not say ${wanted}`), startTimeoutMs)
  lines.on('line', listen)
  child.once('exit', onEnd)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    lines.off('line', listen)
    child.off('exit', onEnd)
    // Whatever else it logs is passed over, so that it never waits for a reader.
    lines.resume()
  }
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
