import { randomBytes } from 'node:crypto'
import { Fault, messageOf, type Clock, type Logger } from '#base'
import type { EventDocument } from '#event'
import {
  checkInAnswer,
  collectedBy,
  completeEdr,
  doorPaths,
  policyBy,
  readPolicy,
  type CheckInAnswer,
  type CheckInRequest,
} from '#fleet'
import { certificateKeeper } from './certificate-keeper.ts'
import { openDoor, type Door } from './door.ts'
import { spoolIn, type AgentHome, type AgentIdentity, type ObeyedPolicy } from './home.ts'
import { reporter } from './report.ts'
import { startShipper } from './shipper.ts'
import { openSpool } from './spool.ts'
import type { StartWatch, Watch } from './host-watch.ts'

/** What an agent needs. */
export interface AgentOptions {
  readonly home: AgentHome
  readonly host: { readonly id: string; readonly name: string; readonly os?: string | undefined }
  readonly version: string
  readonly startWatch: (identity: AgentIdentity) => StartWatch
  readonly clock: Clock
  readonly logger: Logger
}

/** A running agent. */
export interface Agent {
  /** Hands what is left to the spool and stops; what the server lacks is sent after the next start. */
  close(): Promise<void>
}

const mebibyte = 1024 * 1024
const holdsMs = 20_000
const retryMs = 2_000
const refusedRetryMs = 30_000

/**
 * Runs the agent of an enrolled host: watches, spools, ships, obeys, reports. The server may be away at any time.
 * Faults: `not-found` where no host is enrolled; `conflict` for the copy of another host's agent.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { home, host, clock, logger } = options
  let identity = await enrolledIn(home, host.id)
  const release = home.hold()
  let obeyed = (await home.policy()) ?? firstPolicy
  let isCollected = collectedBy(obeyed.policy)
  let unknown: CheckInRequest['unknown_policy']
  let leftOut = 0
  let watch: Watch | undefined
  let watchProblem: string | undefined
  let door: Door = openDoor(identity)
  const stopping = new AbortController()
  const spool = await openSpool({
    directory: spoolIn(home.directory),
    maxBytes: obeyed.policy.spool_mib * mebibyte,
    clock,
  })
  const shipper = startShipper({ spool, door: () => door, clock, logger })
  const report = reporter({
    ...options,
    run: randomBytes(8).toString('hex'),
    spool,
    shipper,
    leftOut: () => leftOut,
    watch: () => watch,
    watchProblem: () => watchProblem,
  })

  const take = async (batch: readonly EventDocument[]): Promise<void> => {
    const wanted = batch.filter(isCollected)
    await spool.append(wanted).catch((thrown: unknown) => {
      report.noteSpool(messageOf(thrown))
      throw thrown
    })
    leftOut += batch.length - wanted.length
    report.noteSpool(undefined)
    shipper.wake()
  }

  const startWatching = async (): Promise<void> => {
    try {
      watch = await options.startWatch(identity)(obeyed.policy, take)
      watchProblem = undefined
    } catch (thrown) {
      watchProblem = `the sensor did not start: ${messageOf(thrown)}`
      logger.error(watchProblem)
    }
  }

  const obey = async (wanted: NonNullable<CheckInAnswer['policy']>): Promise<void> => {
    const read = readPolicy(wanted.policy)
    if (!read.ok) {
      const reason = read.error
        .slice(0, 5)
        .map(({ path, message }) => `${path}: ${message}`)
        .join('; ')
      unknown = { id: wanted.id, version: wanted.version, reason }
      logger.error('a policy is not understood, the one before is still obeyed', unknown)
      return
    }
    const before = obeyed
    obeyed = { ...wanted, policy: read.value }
    unknown = undefined
    isCollected = collectedBy(obeyed.policy)
    spool.limit(obeyed.policy.spool_mib * mebibyte)
    logger.info('obeys a policy', { policy: obeyed.policy.name, version: obeyed.version })
    if (before.policy.sensor !== obeyed.policy.sensor) {
      await watch?.close()
      await startWatching()
    }
    await home.keepPolicy(obeyed)
  }

  const certificates = certificateKeeper({
    clock,
    logger,
    door: () => door,
    use: async (renewed) => {
      identity = { ...identity, ...renewed }
      await home.keepIdentity(identity)
      const old = door
      door = openDoor(identity)
      old.close()
    },
  })

  const checkIn = async (waitMs: number): Promise<void> => {
    const request: CheckInRequest = {
      health: await report.health(),
      policy: { id: obeyed.id, version: obeyed.version },
      ...(unknown !== undefined && { unknown_policy: unknown }),
      wait_ms: waitMs,
    }
    const answer = checkInAnswer.read(
      await door.post(doorPaths.checkIn, JSON.stringify(request), {
        timeoutMs: waitMs + 10_000,
        signal: stopping.signal,
      }),
      '',
    )
    if (!answer.ok)
      throw new Fault('unavailable', 'agent.no-answer', 'the server did not answer as one does')
    report.noteServer(answer.value)
    shipper.setPaceMs(answer.value.pace_ms)
    if (answer.value.policy !== undefined) await obey(answer.value.policy)
    await certificates.look(identity)
  }

  const run = async (): Promise<void> => {
    // The first tells how the agent is, at once.
    for (let waitMs = 0; !stopping.signal.aborted;) {
      try {
        await checkIn(waitMs)
        waitMs = holdsMs
      } catch (thrown) {
        if (stopping.signal.aborted) return
        report.noteAway(messageOf(thrown))
        waitMs = 0
        const isRefused = thrown instanceof Fault && thrown.kind === 'unauthenticated'
        await clock
          .sleep(isRefused ? refusedRetryMs : retryMs, stopping.signal)
          .catch(() => undefined)
      }
    }
  }

  await startWatching()
  const running = run()
  return {
    async close() {
      stopping.abort()
      await running
      await watch?.close()
      await shipper.close()
      await spool.close()
      door.close()
      release()
    },
  }
}

async function enrolledIn(home: AgentHome, hostId: string): Promise<AgentIdentity> {
  const identity = await home.identity()
  if (identity === undefined) {
    throw new Fault(
      'not-found',
      'agent.not-enrolled',
      `no host is enrolled in ${home.directory}: \`vedette agent token\` on the server gives the line for \`vedette agent enroll\``,
    )
  }
  if (identity.hostId === hostId) return identity
  throw new Fault(
    'conflict',
    'agent.other-host',
    `${home.directory} belongs to the agent of the host ${identity.hostId}, and this host is ${hostId}: a copied disk brings its agent along. \`vedette agent unenroll --offline\` clears it here and leaves the other agent alone; then enrol this host`,
  )
}

/** Where no policy was kept: everything. */
const firstPolicy: ObeyedPolicy = {
  id: 'default',
  // The server's first is 1 too; where it says otherwise, it sends its own.
  version: 1,
  policy: policyBy(completeEdr, 'Default'),
}
