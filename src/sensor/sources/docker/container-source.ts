import { statSync } from 'node:fs'
import type { Clock, JsonObject, Logger } from '#base'
import type { EventDocument } from '#event'
import type { ContainerFacts } from '../../container-facts.ts'
import type { EntityIdOf } from '../../entity-id.ts'
import {
  containerDocument,
  type ContainerEvent,
} from '../../event-types/container/container-document.ts'
import type { ExecRecord } from '../../record.ts'
import { boundedMap } from './bounded-map.ts'
import { containerMemory } from './container-memory.ts'
import { newCounters, type ContainerCounters } from './counters.ts'
import { watchEngine, type EngineState } from './engine-watch.ts'
import type { OciNamespace } from './oci-facts.ts'
import { watchRuntimes } from './oci-watch.ts'
import { fullCapabilities } from './privileged.ts'

/** Where engines listen unless told otherwise. */
export const defaultEngineSockets: readonly string[] = [
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/podman/podman.sock',
]

/** What a container source is opened with. */
export interface ContainerSourceOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** The ECS `host` object of every document. */
  readonly hostFacts: JsonObject
  /** The ECS `agent` object of every document. */
  readonly agent?: JsonObject
  /** Takes documents as they are made; must not throw. */
  readonly emit: (documents: readonly EventDocument[]) => void
  /** Engine sockets to follow; Docker’s and podman’s usual places when absent. */
  readonly sockets?: readonly string[]
  /** Epoch nanoseconds of a moment on the boot clock; without it, runtime starts get the time they are observed at. */
  readonly wallNsOf?: (bootNs: bigint) => bigint
  readonly entityIdOf?: EntityIdOf
}

/** What is known of a container: what process documents say of it, and its labels. */
interface KnownContainer extends ContainerFacts {
  readonly labels?: { readonly [name: string]: string }
}

/** A running source of container documents. */
export interface ContainerSource {
  /** Shows it a program start: runtimes that make or join containers are read at once; everything else costs next to nothing. */
  observeExec(record: ExecRecord): void
  /** What is known now; a container that is not known yet is asked for, so that a later question has an answer. */
  facts(containerId: string): KnownContainer | undefined
  /** One entry a socket, in the order given. */
  state(): readonly EngineState[]
  counters(): ContainerCounters
  /** Stops following, tells what was received, frees everything. */
  close(): Promise<void>
}

const maxAsking = 64
const askAgainMs = 60_000

/** Starts to follow container engines and runtimes. Engines that are not there are waited for. */
export async function openContainerSource(
  options: ContainerSourceOptions,
): Promise<ContainerSource> {
  const { clock, logger, hostFacts, agent, sockets = defaultEngineSockets } = options
  const counters = newCounters()
  const memory = containerMemory()
  const nowNs = () => BigInt(clock.nowMs()) * 1_000_000n
  const emit = (event: ContainerEvent) => {
    counters.documents++
    options.emit([containerDocument(event, { host: hostFacts, agent, nowNs: nowNs() })])
  }
  const full = fullCapabilities()
  const shared = { clock, logger, memory, counters, emit, sockets, full }
  const followed = new Map<string, string>()
  const engines = [...new Set(sockets)].map((socket) =>
    watchEngine(socket, { ...shared, followed }),
  )
  const runtimes = watchRuntimes({
    ...shared,
    context: { fullCapabilities: full, isHostNamespace, sockets },
    wallNsOf: options.wallNsOf ?? nowNs,
    entityIdOf: options.entityIdOf,
  })
  const askedMs = boundedMap<number>(1_000)
  const asking = new Set<string>()

  const ask = (containerId: string) => {
    if (asking.size >= maxAsking || !/^[0-9a-f]{64}$/.test(containerId)) return
    const looks = engines.map((engine) => engine.look()).filter((look) => look !== undefined)
    const nowMs = clock.nowMs()
    if (looks.length === 0 || nowMs - (askedMs.get(containerId) ?? -askAgainMs) < askAgainMs) return
    askedMs.set(containerId, nowMs)
    asking.add(containerId)
    void Promise.all(looks.map((look) => look.learn(containerId))).finally(() =>
      asking.delete(containerId),
    )
  }

  return {
    observeExec: (record) => runtimes.observe(record),
    facts(containerId) {
      const known = memory.factsOf(containerId)
      if (known === undefined) ask(containerId)
      return known
    },
    state: () => engines.map((engine) => engine.state()),
    counters: () => ({ ...counters }),
    async close() {
      await runtimes.drain()
      await Promise.all(engines.map((engine) => engine.close()))
    },
  }
}

/** Whether a namespace file names the namespace that init is in. */
function isHostNamespace(path: string, kind: OciNamespace): boolean {
  try {
    const [named, host] = [statSync(path), statSync(`/proc/1/ns/${kind}`)]
    return named.ino === host.ino && named.dev === host.dev
  } catch {
    // A namespace that is gone, or hidden from us, is none that can be shown to be the host's.
    return false
  }
}
