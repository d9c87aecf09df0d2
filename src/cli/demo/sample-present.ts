import { messageOf, type Clock, type Logger } from '#base'
import type { Ingest } from '#server'
import type { NewEvent } from '#store'
import { ordinaryLife } from './ordinary-life.ts'
import { sampleHosts } from './sample-hosts.ts'
import { takeover } from './stories/privileged-container.ts'

const stepMs = 5_000
/** When the first takeover happens, and how long it is to the next. */
const firstTakeoverMs = 60_000
const nextTakeoverMs = 15 * 60_000

/**
 * Lets the sample world go on: its ordinary life as time passes, and now and then a program that was never seen takes a host.
 * Gives what ends it, which resolves when nothing more is sent.
 */
export function keepSampleGoing({
  ingest,
  clock,
  logger,
}: {
  readonly ingest: Ingest
  readonly clock: Clock
  readonly logger: Logger
}): () => Promise<void> {
  const stop = new AbortController()
  const going = (async () => {
    let [toldMs, takeoverMs] = [clock.nowMs(), clock.nowMs() + firstTakeoverMs]
    for (let taken = 0; ;) {
      await clock.sleep(stepMs, stop.signal)
      const nowMs = clock.nowMs()
      const events: NewEvent[] = [...ordinaryLife(toldMs, nowMs)]
      if (nowMs >= takeoverMs) {
        events.push(...takeover(sampleHosts.shop, `/var/tmp/.cache/upd-${++taken}`, nowMs - 60_000))
        takeoverMs = nowMs + nextTakeoverMs
      }
      toldMs = nowMs
      if (events.length > 0) await ingest.append(events)
    }
  })().catch((thrown: unknown) => {
    if (!stop.signal.aborted) {
      logger.error('the sample world stands still', { reason: messageOf(thrown) })
    }
  })
  return async () => {
    stop.abort()
    await going
  }
}
