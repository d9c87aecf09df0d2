import { type Clock, type Logger, messageOf } from '#base'
import type { EventDocument } from '#event'
import type { ProcessChange } from './process-cache.ts'

/** Receives documents in order, one batch at a time; the next waits until it is done. Rejections are tried again. */
export type EventListener = (batch: readonly EventDocument[]) => void | Promise<void>

/** Documents on their way to the listener: bounded, drops the newest and counts them. */
export interface EventQueue {
  /** Whether an event of this kind has room; counts a drop when not, so ask once per event. */
  admit(kind: ProcessChange['kind']): boolean
  /** Adds an admitted document. */
  push(document: EventDocument): void
  /** Adds a document about the sensor itself; always has room, there are few of them. */
  pushUrgent(document: EventDocument): void
  counts(): {
    readonly waiting: number
    readonly delivered: number
    readonly dropped: { readonly [kind in ProcessChange['kind']]: number }
  }
  /** Hands over what is left, trying once, and stops. */
  close(): Promise<void>
}

/** What a queue needs. */
export interface EventQueueOptions {
  readonly deliver: EventListener
  readonly clock: Clock
  readonly logger: Logger
  /** Documents that may wait. */
  readonly capacity?: number
}

const maxBatch = 1024
const retryMs = 1000

/** An empty queue that begins to deliver with its first document. */
export function eventQueue(options: EventQueueOptions): EventQueue {
  const { deliver, clock, logger, capacity = 32_768 } = options
  const dropped = { exec: 0, fork: 0, end: 0, already_running: 0 }
  const closing = new AbortController()
  let waiting: EventDocument[] = []
  let inFlight = 0
  let delivered = 0
  let running: Promise<void> | undefined

  function wake(): void {
    running ??= run().finally(() => {
      running = undefined
      if (waiting.length > 0 && !closing.signal.aborted) wake()
    })
  }

  async function run(): Promise<void> {
    // Lets the rest of the source's batch join.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      inFlight = batch.length
      const done = await attempt(batch)
      inFlight = 0
      if (done) continue
      waiting = [...batch, ...waiting]
      if (closing.signal.aborted) return
      await clock.sleep(retryMs, closing.signal).catch(() => undefined)
    }
  }

  async function attempt(batch: readonly EventDocument[]): Promise<boolean> {
    try {
      await deliver(batch)
      delivered += batch.length
      return true
    } catch (cause) {
      logger.error('sensor: the receiver of events refused a batch, it will be offered again', {
        events: batch.length,
        cause: messageOf(cause),
      })
      return false
    }
  }

  function push(document: EventDocument): void {
    waiting.push(document)
    wake()
  }

  return {
    admit(kind) {
      if (waiting.length + inFlight < capacity && !closing.signal.aborted) return true
      dropped[kind]++
      return false
    },
    push,
    pushUrgent: push,
    counts: () => ({ waiting: waiting.length + inFlight, delivered, dropped: { ...dropped } }),
    async close() {
      closing.abort()
      await running
      if (waiting.length > 0) await run()
      if (waiting.length > 0) {
        logger.error('sensor: events could not be handed over before the stop', {
          events: waiting.length,
        })
        waiting = []
      }
    },
  }
}
