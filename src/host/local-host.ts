import type { Clock } from '#base'
import type { Host } from '#respond'
import {
  accountNames,
  defaultEngineSockets,
  engineClient,
  entityIds,
  readHostFacts,
  type EngineClient,
} from '#sensor'
import { containerOf, containersOf } from './engine-containers.ts'
import { hostFiles } from './host-files.ts'
import { networkFirewall, type Allowed } from './network-firewall.ts'
import { obstacleTo } from './obstacles.ts'
import { processTable } from './process-table.ts'

/** How the host that this runs on is reached. */
export interface LocalHostOptions {
  readonly clock: Clock
  /** Sockets of container engines; none named: the usual places. */
  readonly engineSockets: readonly string[]
  /** What an isolated host may still do. */
  readonly allowed: () => readonly Allowed[]
}

/** The host that this runs on. */
export interface LocalHost extends Host {
  /** Lets the connections to its engines go. */
  close(): void
}

/** The host that this runs on, as response actions see it. */
export function localHost({ clock, engineSockets, allowed }: LocalHostOptions): LocalHost {
  const { id, hostname, bootId } = readHostFacts()
  const sockets = engineSockets.length > 0 ? engineSockets : defaultEngineSockets
  const engines: ReadonlyMap<string, EngineClient> = new Map(
    sockets.map((socket) => [socket, engineClient(socket)]),
  )
  return {
    id,
    name: hostname,
    obstacle: (need) => obstacleTo(need, sockets),
    container: (containerId) => containerOf(containerId, engines),
    containers: () => containersOf(engines),
    processes: processTable({
      entityIdOf: entityIds(id, bootId),
      names: accountNames(() => clock.nowMs()),
    }),
    files: hostFiles,
    firewall: networkFirewall({ allowed }),
    close() {
      for (const engine of engines.values()) engine.close()
    },
  }
}
