import { Fault, isJsonObject, messageOf, type Clock, type JsonValue, type Logger } from '#base'
import type { Door } from './door.ts'
import type { Spool, SpooledBatch } from './spool.ts'

/** What brings spooled events to the server. */
export interface Shipper {
  /** Events were spooled. */
  wake(): void
  /** Requests come at most so often. */
  setPaceMs(paceMs: number): void
  counts(): ShippedCounts
  /** Why nothing goes out now; undefined: it goes. */
  problem(): string | undefined
  /** Ends after the request that is on its way. */
  close(): Promise<void>
}

/** What became of events, since the start. */
export interface ShippedCounts {
  readonly sent: number
  /** The server had them already. */
  readonly again: number
  /** The server does not take them, ever. */
  readonly refused: number
  readonly lastMs: number | undefined
}

/** What a shipper works with. */
export interface ShipperOptions {
  readonly spool: Spool
  readonly door: () => Door
  readonly clock: Clock
  readonly logger: Logger
}

const leastWaitMs = 1_000
const mostWaitMs = 30_000
const path = '/_bulk?filter_path=errors,items.*.status,items.*.error.reason'

/** A {@link Shipper}: batch by batch, in order, each until the server has all of it. */
export function startShipper({ spool, door, clock, logger }: ShipperOptions): Shipper {
  const stopping = new AbortController()
  let counts: ShippedCounts = { sent: 0, again: 0, refused: 0, lastMs: undefined }
  let problem: string | undefined
  let paceMs = 50
  let woken = Promise.withResolvers<void>()

  const nap = (ms: number) => clock.sleep(ms, stopping.signal).catch(() => undefined)

  const ship = async (batch: SpooledBatch): Promise<boolean> => {
    const answer = await door().post(path, batch.bytes, {
      contentType: 'application/x-ndjson',
      signal: stopping.signal,
    })
    const outcome = outcomeOf(answer, batch.events)
    if (outcome.later !== undefined) {
      problem = outcome.later
      return false
    }
    note(outcome)
    await batch.done()
    return true
  }

  const note = ({ sent, again, refused, reason }: BulkOutcome): void => {
    if (refused > 0)
      logger.error('the server does not take some events', { events: refused, reason })
    problem = undefined
    counts = {
      sent: counts.sent + sent,
      again: counts.again + again,
      refused: counts.refused + refused,
      lastMs: clock.nowMs(),
    }
  }

  /** A batch that as a whole is no `_bulk` request holds what the disk damaged: whatever is whole goes alone. */
  const shipWhole = async (batch: SpooledBatch, cause: unknown): Promise<boolean> => {
    const whole = wholePairs(batch.bytes)
    const lost = batch.events - whole.length
    if (lost <= 0) throw cause
    logger.error('events in the spool are damaged and are left out', { events: lost })
    const bytes = Buffer.from(whole.join(''))
    const isDone = whole.length === 0 || (await ship({ ...batch, bytes, events: whole.length }))
    if (!isDone) return false
    counts = { ...counts, refused: counts.refused + lost }
    if (whole.length === 0) await batch.done()
    return true
  }

  const step = async (batch: SpooledBatch): Promise<boolean> => {
    try {
      return await ship(batch)
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.kind === 'invalid') return shipWhole(batch, thrown)
      throw thrown
    }
  }

  const run = async (): Promise<void> => {
    let waitMs = leastWaitMs
    while (!stopping.signal.aborted) {
      const { promise } = woken
      try {
        const batch = await spool.next()
        if (batch === undefined) {
          await Promise.race([promise, aborted(stopping.signal)])
          woken = Promise.withResolvers<void>()
          continue
        }
        if (await step(batch)) {
          waitMs = leastWaitMs
          // A long queue goes as fast as it can; a short one leaves others room.
          if (batch.events < 500) await nap(paceMs)
          continue
        }
      } catch (thrown) {
        if (stopping.signal.aborted) return
        const told = messageOf(thrown)
        if (told !== problem) logger.warn('events wait in the spool', { reason: told })
        problem = told
      }
      await nap(waitMs)
      waitMs = Math.min(waitMs * 2, mostWaitMs)
    }
  }

  const running = run()
  return {
    wake: () => woken.resolve(),
    setPaceMs: (ms) => void (paceMs = ms),
    counts: () => counts,
    problem: () => problem,
    async close() {
      stopping.abort()
      await running
    },
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}

interface BulkOutcome {
  readonly sent: number
  readonly again: number
  readonly refused: number
  /** Why the first of the refused was refused. */
  readonly reason?: string
  /** Why some are to be sent again. */
  readonly later?: string
}

/** What a `_bulk` answer says. */
function outcomeOf(answer: JsonValue, events: number): BulkOutcome {
  if (!isJsonObject(answer)) {
    throw new Fault('unavailable', 'agent.no-bulk', 'what answered is no Vedette server')
  }
  if (answer['errors'] === false) return { sent: events, again: 0, refused: 0 }
  const items = Array.isArray(answer['items']) ? answer['items'] : []
  const told = items.map(itemOf)
  const later = told.find(({ status }) => status === 429 || status >= 500)
  if (later !== undefined || told.length < events) {
    const reason = later?.reason ?? 'the server did not tell of every event'
    return { sent: 0, again: 0, refused: 0, later: reason }
  }
  const refused = told.filter(({ status }) => status >= 400 && status !== 409)
  const again = told.filter(({ status }) => status === 409).length
  const reason = refused[0]?.reason
  return {
    sent: told.length - again - refused.length,
    again,
    refused: refused.length,
    ...(reason !== undefined && { reason }),
  }
}

function itemOf(item: JsonValue): { readonly status: number; readonly reason: string } {
  const [result] = isJsonObject(item) ? Object.values(item) : []
  const { status, error } = isJsonObject(result) ? result : {}
  const reason = isJsonObject(error) ? error['reason'] : undefined
  return {
    status: typeof status === 'number' ? status : 500,
    reason: typeof reason === 'string' ? reason : 'no reason was given',
  }
}

/** Actions and events, a line each, that are JSON. */
function wholePairs(bytes: Buffer): readonly string[] {
  const lines = bytes.toString('utf8').split('\n')
  const pairs: string[] = []
  for (let at = 0; at + 1 < lines.length;) {
    const [action = '', event = ''] = [lines[at], lines[at + 1]]
    if (!action.startsWith('{"create":') || !isJson(action)) at += 1
    else {
      if (isJson(event)) pairs.push(`${action}\n${event}\n`)
      at += 2
    }
  }
  return pairs
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
