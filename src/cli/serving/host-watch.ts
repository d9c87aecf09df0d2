import type { WireSensor } from '#api'
import { messageOf, type Clock, type Logger } from '#base'
import {
  gatherEvidence,
  readHostFacts,
  startHostSensor,
  type ContainerEvidence,
  type HostSensor,
  type SensorOptions,
} from '#sensor'
import type { Ingest } from '#server'
import { isOfHarmlessPair } from '../selftest-pair.ts'

/** The sensor of this host as the server sees it: running, blind, or not wanted. */
export interface HostWatch {
  facts(): Promise<WireSensor>
  /** `host.id` of its documents; undefined where nobody watches. */
  readonly hostId: string | undefined
  /** What the container engines of this host say of a container now; undefined where none knows it. */
  evidenceOf(containerId: string): Promise<ContainerEvidence | undefined>
  close(): Promise<void>
}

/** How to watch. */
export interface HostWatchOptions {
  readonly ingest: Ingest
  readonly clock: Clock
  readonly logger: Logger
  readonly agent: { readonly id: string; readonly version: string }
  readonly mode: NonNullable<SensorOptions['mode']>
  /** Sockets of container engines; none named: the usual places. */
  readonly engineSockets: readonly string[]
}

/** A host that nobody watches, and why. */
export function notWatchedFor(reason: string): HostWatch {
  return {
    facts: async () => ({ mode: 'off', blind_spots: [], reason }),
    hostId: undefined,
    evidenceOf: async () => undefined,
    close: async () => undefined,
  }
}

/** Starts the sensor; one that fails to start is told in the facts and keeps nothing else from running. */
export async function watchHost(options: HostWatchOptions): Promise<HostWatch> {
  const { ingest, clock, logger, agent, mode, engineSockets } = options
  try {
    const sensor = await startHostSensor({
      clock,
      logger,
      agent,
      mode,
      isReported: isOfHarmlessPair,
      ...(engineSockets.length > 0 && { engineSockets }),
      onEvents: async (events) => {
        const outcomes = await ingest.append(events)
        for (const outcome of outcomes) {
          if (outcome.status === 'refused') {
            logger.error('an event of the sensor was refused', { reason: outcome.reason })
          }
        }
      },
    })
    const sockets = engineSockets.length > 0 ? engineSockets : undefined
    return {
      facts: () => factsOf(sensor),
      hostId: readHostFacts().id,
      evidenceOf: (id) => gatherEvidence(id, { sockets, nowMs: () => clock.nowMs() }),
      close: () => sensor.close(),
    }
  } catch (thrown) {
    const reason = messageOf(thrown)
    logger.error('the sensor did not start', { reason })
    return {
      ...notWatchedFor(reason),
      facts: async () => ({ mode: 'none', blind_spots: [], reason }),
    }
  }
}

async function factsOf(sensor: HostSensor): Promise<WireSensor> {
  const { mode, blindSpots, refusals, remedy, counters, queue, ownEvents } = await sensor.health()
  const reasons = refusals.map((refusal) => `${refusal.mode}: ${refusal.reason}`).join('; ')
  return {
    mode,
    blind_spots: blindSpots,
    ...(reasons !== '' && { reason: reasons }),
    ...(remedy !== undefined && { remedy }),
    counters: {
      ...(counters !== undefined && { source: { ...counters } }),
      queue: { waiting: queue.waiting, delivered: queue.delivered, dropped: { ...queue.dropped } },
      own_events: ownEvents,
    },
  }
}
