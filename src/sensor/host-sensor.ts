import type { EventDocument } from '#event'
import { systemBootClock } from './boot-clock.ts'
import { entityIds } from './entity-id.ts'
import { readHostFacts } from './host-facts.ts'
import { type Sensor, type SensorOptions, startSensor } from './sensor.ts'
import { type ContainerSource, openContainerSource } from './sources/docker/index.ts'

/** What the whole sensor of a host needs: the process sensor's options, and where engines listen. */
export interface HostSensorOptions extends Omit<
  SensorOptions,
  'onExec' | 'containerFacts' | 'bootClock'
> {
  /** Engine sockets to follow; the usual places when absent. */
  readonly engineSockets?: readonly string[]
}

/** A running sensor of processes and containers. */
export interface HostSensor extends Sensor {
  readonly containers: ContainerSource
}

/**
 * Starts everything that can be seen of this host: processes, and containers by their engines and runtimes,
 * each telling the other what it knows. Never throws for a lack of rights.
 */
export async function startHostSensor(options: HostSensorOptions): Promise<HostSensor> {
  const { clock, logger, agent, engineSockets } = options
  const bootClock = systemBootClock()
  const host = (options.host ?? readHostFacts)()
  const early: EventDocument[] = []
  let publish = (document: EventDocument): void => {
    early.push(document)
  }

  const containers = await openContainerSource({
    clock,
    logger,
    hostFacts: host.document,
    agent: { id: agent.id, type: 'vedette', version: agent.version },
    emit: (documents) => documents.forEach((document) => publish(document)),
    wallNsOf: (bootNs) => bootNs + bootClock.wallOffsetNs(),
    entityIdOf: entityIds(host.id, host.bootId),
    ...(engineSockets === undefined ? {} : { sockets: engineSockets }),
  })
  const sensor = await startSensor({
    ...options,
    bootClock,
    onExec: ({ record }) => containers.observeExec(record),
    containerFacts: (containerId) => containers.facts(containerId),
  })
  publish = (document) => sensor.publish(document)
  early.forEach(publish)

  return {
    ...sensor,
    containers,
    async close() {
      // Its last documents still go through the sensor's queue.
      await containers.close()
      await sensor.close()
    },
  }
}
