import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '#base'
import {
  openAgentsDoor,
  ownAuthority,
  ownCertificate,
  type AgentsDoor,
  type FleetDesk,
} from '#server'
import { serverUnderTest, type ServerUnderTest } from '../../src/server/server-under-test.ts'

/** A real server whose door for agents opens and closes as a test wants. */
export interface AgentsServer extends Pick<ServerUnderTest, 'client' | 'store'> {
  readonly door: () => AgentsDoor
  /** Nobody answers any more. */
  shut(): Promise<void>
  /** Answers again, at the same port. */
  reopen(): Promise<void>
  readonly fleet: FleetDesk
  /** A line that enrols one host. */
  line(): Promise<string>
  close(): Promise<void>
}

/** Starts one; what it keeps goes when it closes. */
export async function agentsServer(): Promise<AgentsServer> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-door-'))
  const server = await serverUnderTest()
  const nowMs = systemClock.nowMs()
  const authority = await ownAuthority({ directory, nowMs })
  const certificate = await ownCertificate({ directory, names: ['127.0.0.1'], nowMs })
  const open = (port: number) =>
    openAgentsDoor({
      ...server.doorParts,
      host: '127.0.0.1',
      port,
      calledAt: undefined,
      authority,
      certificate,
      clock: systemClock,
      logger: silentLogger,
    })
  let door = await open(0)
  return {
    client: server.client,
    store: server.store,
    fleet: server.doorParts.fleet,
    door: () => door,
    shut: () => door.close(0),
    async reopen() {
      door = await open(door.port)
    },
    line: async () => (await server.client.createEnrolmentToken({ body: {} })).line,
    async close() {
      await door.close(0)
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
