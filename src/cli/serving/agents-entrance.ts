import { networkInterfaces } from 'node:os'
import type { Clock, Logger } from '#base'
import {
  openAgentsDoor,
  ownAuthority,
  ownCertificate,
  type AgentsDoorOptions,
  type AgentsDoor,
} from '#server'
import { keepCertificate, namesOf, type ReachedAt } from './server-tls.ts'

/** Where agents call. */
export interface AgentsAt {
  readonly host: string
  readonly port: number
  /** The name or address that enrolment lines tell; undefined: found out. */
  readonly name: string | undefined
}

/** Opens the door for agents, with a certificate that is made anew in time. Gives what closes it. */
export async function openAgentsEntrance(
  at: AgentsAt,
  {
    house,
    ...parts
  }: Omit<AgentsDoorOptions, 'host' | 'port' | 'calledAt' | 'authority' | 'certificate'> & {
    readonly house: ReachedAt
    readonly clock: Clock
    readonly logger: Logger
  },
): Promise<AgentsDoor> {
  const { directory } = house
  const { clock, logger } = parts
  const names = namesForAgents(at, house)
  const load = () => ownCertificate({ directory, names, nowMs: clock.nowMs() })
  const [authority, certificate] = [
    await ownAuthority({ directory, nowMs: clock.nowMs() }),
    await load(),
  ]
  const { host, port, name } = at
  const calledAt = name ?? (isEvery(host) ? firstAddress() : host)
  const door = await openAgentsDoor({ ...parts, host, port, calledAt, authority, certificate })
  const stop = keepCertificate(certificate, { load, server: door, clock, logger })
  return {
    ...door,
    async close(graceMs) {
      await stop()
      await door.close(graceMs)
    },
  }
}

/** Those of the server too: both show the one certificate of the installation. */
function namesForAgents({ host, name }: AgentsAt, house: ReachedAt): readonly string[] {
  const others = namesOf({ ...house, host })
  return [...new Set([...namesOf(house), ...others, ...(name === undefined ? [] : [name])])]
}

function isEvery(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
  return outer?.address ?? '127.0.0.1'
}
