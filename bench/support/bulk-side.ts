import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { assert, type JsonObject } from '#base'
import { bulkServers } from './bulk-servers.ts'

/** A server in a process of its own, and the client that sends to it. */
export interface ServerSide {
  /** Sends bodies over four connections; over when all are answered and nothing waits at the server. */
  round(bodies: readonly Buffer[]): Promise<RoundTold>
  stop(): Promise<void>
}

/** What came of a round, milliseconds. */
export interface RoundTold {
  readonly tookMs: number
  readonly answeredMs: readonly number[]
  /** Processor time of the server: of its process, and of the thread that answers requests alone. */
  readonly all: number
  readonly main: number
  readonly facts: JsonObject
}

const connections = 4

/** What the two processes say to each other. */
interface Address {
  readonly url: string
  readonly token: string
}
type Account = Pick<RoundTold, 'all' | 'main' | 'facts'>

/** Serves, in the process that {@link startSide} started; `asked` is the server's name and the folder of the rules. */
export async function serveSide(asked: string): Promise<void> {
  const { name, rules }: SideAsked = JSON.parse(asked)
  const { settled, close, url, token } = await bulkServers[name](rules)
  process.on('message', (question) => {
    void (question === 'close' ? close().then(() => process.disconnect?.()) : account())
  })
  const account = async (): Promise<void> => {
    const facts = await settled()
    const [all, main] = [process.cpuUsage(), process.threadCpuUsage()].map(
      ({ user, system }) => (user + system) / 1_000,
    )
    process.send?.({ facts, all, main })
  }
  process.send?.({ url, token })
}

/** Which server, and with which rules. */
export interface SideAsked {
  readonly name: keyof typeof bulkServers
  readonly rules: string
}

/** Starts a server; `file` calls {@link serveSide} when it is run with `serve` and what was asked. */
export async function startSide(file: string, asked: SideAsked): Promise<ServerSide> {
  const child = fork(file, ['serve', JSON.stringify(asked)])
  // A boundary: what the other process sends.
  const address = (await nextMessage(child)) as Address
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const account = async (): Promise<Account> => {
    child.send('account')
    return (await nextMessage(child)) as Account
  }
  return {
    async round(bodies) {
      const before = await account()
      const answeredMs: number[] = []
      const startMs = performance.now()
      let next = 0
      const client = async (): Promise<void> => {
        for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
          const sentMs = performance.now()
          await send(address, body, agent)
          answeredMs.push(performance.now() - sentMs)
        }
      }
      await Promise.all(Array.from({ length: connections }, client))
      const { facts, all, main } = await account()
      const tookMs = performance.now() - startMs
      return { tookMs, answeredMs, facts, all: all - before.all, main: main - before.main }
    },
    async stop() {
      agent.destroy()
      const ended = once(child, 'exit')
      child.send('close')
      await ended
    },
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message]: unknown[] = await once(child, 'message')
  return message
}

async function send({ url, token }: Address, body: Buffer, agent: Agent): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-ndjson',
    'content-length': body.length,
  }
  const sent = request(`${url}/_bulk`, { method: 'POST', agent, headers })
  sent.end(body)
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('latin1')
  assert(text.includes('"errors":false'), text.slice(0, 500))
}
