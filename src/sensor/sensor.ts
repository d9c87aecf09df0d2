import type { Clock, Logger } from '#base'
import type { EventDocument } from '#event'
import { accountNames } from './account-names.ts'
import { type BootClock, systemBootClock } from './boot-clock.ts'
import { type Canary, canary } from './canary.ts'
import type { ContainerLookup } from './container-facts.ts'
import { entityIds } from './entity-id.ts'
import { type AgentFacts, type Envelope, envelope } from './envelope.ts'
import { type EventListener, eventQueue } from './event-queue.ts'
import { processFragments } from './event-types/process/process-object.ts'
import { type HostFacts, readHostFacts } from './host-facts.ts'
import { hostNamespaces } from './host-namespaces.ts'
import { processCache } from './process-cache.ts'
import { type ObservedExec, processPipeline } from './process-pipeline.ts'
import type { ProcessRecord, RecordSource, RunningRecord } from './record.ts'
import type { SensorHealth } from './sensor-health.ts'
import { sensorWatch } from './sensor-watch.ts'
import { sourceKeeper } from './source-keeper.ts'
import { type SourceKind, sourceKinds } from './sources.ts'
import { readProcess, snapshot } from './sources/proc/index.ts'

/** What a sensor needs, and how it may look. */
export interface SensorOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly agent: AgentFacts
  /** Takes the documents; the sensor waits for it, and drops and counts when it waits too long. */
  readonly onEvents: EventListener
  /** `auto`, the default, takes the best that works. */
  readonly mode?: 'auto' | RecordSource['mode']
  /** Called at once for every exec, the sensor's own included: must be quick and must not throw. */
  readonly onExec?: (exec: ObservedExec) => void
  /** What is known of a container; asked once per document. */
  readonly containerFacts?: ContainerLookup
  /** Reports the sensor's own process and its children too. */
  readonly reportOwn?: boolean
  /** Programs that are reported, with what they start, though the sensor's process started them. */
  readonly isReported?: (executable: string) => boolean
  /** Documents that may wait for the receiver. */
  readonly maxQueued?: number
  /** Asked at the start and with every heartbeat. */
  readonly host?: () => HostFacts
  readonly bootClock?: BootClock
  /** The proof that a source sees; a test program of our own when absent. */
  readonly canary?: Canary
  /** The ways to see, best first. */
  readonly sources?: readonly SourceKind[]
}

const noiseNs = 1_000_000n

/** A running sensor. */
export interface Sensor {
  health(): Promise<SensorHealth>
  /** Marks documents of other event types as this run's own, with its ids, host and agent. */
  readonly envelope: Envelope
  /** Hands over a document of another event type, in order with the rest. */
  publish(document: EventDocument): void
  /** Stops the source, hands over what is left, and gives everything back. */
  close(): Promise<void>
}

/**
 * Starts the best sensor that this host allows; resolves when it sees, after the scan of what runs already.
 * Never throws for a lack of rights: then the mode is `none`, and the health says why and what would help.
 */
export async function startSensor(options: SensorOptions): Promise<Sensor> {
  const { clock, logger, agent, onEvents, maxQueued, mode = 'auto' } = options
  const bootClock = options.bootClock ?? systemBootClock()
  const readHost = options.host ?? readHostFacts
  const stopping = new AbortController()
  let host = readHost()
  let wallOffsetNs = bootClock.wallOffsetNs()

  const queue = eventQueue({ deliver: onEvents, clock, logger, ...definedCapacity(maxQueued) })
  const mark = envelope({
    agent,
    host: () => host.document,
    wallOffsetNs: () => wallOffsetNs,
    runStartNs: bootClock.nowNs() + wallOffsetNs,
  })
  const cache = processCache({
    entityIdOf: entityIds(host.id, host.bootId),
    readProcess: (pid) => readProcess(pid, { bootNs: bootClock.nowNs() }),
    ownPid: process.pid,
    ...(options.isReported !== undefined && { isReported: options.isReported }),
  })
  const keeper = sourceKeeper({
    kinds: (options.sources ?? sourceKinds).filter((kind) => mode === 'auto' || kind.mode === mode),
    listener: (records) => take(records),
    logger,
    canary: options.canary ?? canary(clock),
    signal: stopping.signal,
  })
  const wording = {
    names: accountNames(() => clock.nowMs()),
    fragments: processFragments(),
    hostNamespaces: hostNamespaces(),
    wallOffsetNs: () => wallOffsetNs,
    envelope: mark,
    containerFacts: options.containerFacts ?? (() => undefined),
  }
  const pipeline = processPipeline({
    cache,
    queue,
    observe: (record) => record.kind !== 'running' && keeper.observe(record),
    onExec: options.onExec,
    reportOwn: options.reportOwn ?? false,
    logger,
    wording: () => {
      wording.names.refresh()
      return { ...wording, mode: keeper.mode() }
    },
  })
  const take = (records: readonly (ProcessRecord | RunningRecord)[]) => pipeline.take(records)

  async function health(): Promise<SensorHealth> {
    return {
      mode: keeper.mode(),
      ...keeper.state(),
      counters: await keeper.counters(),
      cache: cache.counters(),
      queue: queue.counts(),
      ownEvents: pipeline.ownEvents(),
      failures: pipeline.failures(),
    }
  }

  const watch = sensorWatch({
    clock,
    logger,
    keeper,
    queue,
    health,
    envelope: mark,
    nowBootNs: () => bootClock.nowNs(),
    signal: stopping.signal,
    // Attach first, scan second: what starts between the two is seen twice rather than never.
    scan: async () => take(await snapshot(() => bootClock.nowNs())),
    sweep: () => {
      cache.sweep(bootClock.nowNs())
      const offsetNs = bootClock.wallOffsetNs()
      // Noise of the measurement would give one process many starts; a set or slewed clock is no noise.
      if (differsMuch(offsetNs, wallOffsetNs)) wallOffsetNs = offsetNs
    },
    refresh: () => {
      host = readHost()
      wording.fragments.clear()
    },
  })
  await watch.start()

  return {
    health,
    envelope: mark,
    publish: (document) => queue.pushUrgent(document),
    async close() {
      stopping.abort()
      await watch.stop()
      await queue.close()
    },
  }
}

function differsMuch(a: bigint, b: bigint): boolean {
  return a - b > noiseNs || b - a > noiseNs
}

function definedCapacity(maxQueued: number | undefined) {
  return maxQueued === undefined ? {} : { capacity: maxQueued }
}
