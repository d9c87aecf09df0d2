import { createHash } from 'node:crypto'
import type { Alert, AlertBody } from '#alert'
import { messageOf, type Clock, type Logger } from '#base'
import { firstValueOf, type FieldCatalogue } from '#event'
import { containerOf, mayMakeContainer, type AlertContainer, type CaseBook } from '#investigate'
import type { ContainerEvidence } from '#sensor'
import type { EventStore } from '#store'

/** Gathers what is known of the containers of new alerts, beside detection and never before it. */
export interface EvidenceKeeper {
  /** Puts alerts in line; gives at once. */
  take(alerts: readonly Alert[]): void
  /** Resolves when what was in line is done or given up. */
  close(): Promise<void>
}

/** What keeping needs. */
export interface EvidenceKeeperOptions {
  readonly cases: CaseBook
  readonly events: EventStore
  readonly fields: FieldCatalogue
  readonly clock: Clock
  readonly logger: Logger
  /** Asks the engines of this host; undefined: none knows the container. */
  readonly gather: (containerId: string) => Promise<ContainerEvidence | undefined>
  /** `host.id` of this host; alerts of others are left alone: their engines are not here. */
  readonly hostId: () => string | undefined
  /** Told of alerts that have evidence now. */
  readonly onKept: (alertId: string) => void
}

const maxWaiting = 200
/** Pauses before each look for the container that a command makes: its events come after the alert. */
const looksAfterMs: readonly number[] = [300, 700, 1_500, 3_000, 6_000]

/**
 * An {@link EvidenceKeeper} that works on one alert at a time. At most 200 wait; what comes beyond that is left without
 * evidence, and logged.
 */
export function evidenceKeeper(options: EvidenceKeeperOptions): EvidenceKeeper {
  const { cases, clock, logger, gather, hostId, onKept } = options
  const stop = new AbortController()
  const waiting: Alert[] = []
  let running: Promise<void> | undefined

  const keep = async ({ id, body }: Alert): Promise<void> => {
    const container = await foundContainer(body, options, stop.signal)
    const gathered = container === undefined ? undefined : await gather(container.id)
    if (container === undefined || gathered === undefined) return
    const isNew = await cases.evidence.put({
      alert_id: id,
      container_id: gathered.containerId,
      how: container.how,
      confidence: container.confidence,
      at_ms: clock.nowMs(),
      facts: gathered.facts,
      parts: gathered.parts.map(({ name, atMs, text, isCut, error }) => ({
        name,
        at_ms: atMs,
        text,
        sha256: createHash('sha256').update(text).digest('hex'),
        is_cut: isCut,
        error: error ?? '',
      })),
    })
    if (!isNew) return
    const what = `kept what the engine says of container ${container.id.slice(0, 12)}`
    const atMs = clock.nowMs()
    await cases.activity.record([{ alertId: id, atMs, who: 'Vedette', kind: 'evidence', what }])
    onKept(id)
  }

  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (stop.signal.aborted) return
      await keep(next).catch((thrown: unknown) =>
        logger.warn('no evidence was kept for an alert', { reason: messageOf(thrown) }),
      )
    }
    running = undefined
  }

  return {
    take(alerts) {
      const asked = alerts.filter(({ body }) => isOfThisHost(body, hostId()) && hasContainer(body))
      const room = Math.max(0, maxWaiting - waiting.length)
      if (asked.length > room) {
        logger.warn('alerts without evidence: too many wait', { alerts: asked.length - room })
      }
      waiting.push(...asked.slice(0, room))
      if (waiting.length > 0) running ??= work()
    },
    async close() {
      stop.abort()
      await running
    },
  }
}

function isOfThisHost(body: AlertBody, hostId: string | undefined): boolean {
  return hostId !== undefined && firstValueOf(body, 'host.id') === hostId
}

function hasContainer(body: AlertBody): boolean {
  return firstValueOf(body, 'container.id') !== undefined || mayMakeContainer(body)
}

async function foundContainer(
  body: AlertBody,
  { events, fields, clock }: EvidenceKeeperOptions,
  signal: AbortSignal,
): Promise<AlertContainer | undefined> {
  for (const pauseMs of [0, ...looksAfterMs]) {
    await clock.sleep(pauseMs, signal)
    const context = { fields, nowMs: clock.nowMs() }
    const found = await containerOf(body, { events, context })
    if (found !== undefined) return found
  }
  return undefined
}
