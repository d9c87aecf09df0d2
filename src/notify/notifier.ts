import { Fault, messageOf as reasonOf, type Clock, type Logger } from '#base'
import { concerns, dueMs, type Channel } from './channel.ts'
import { unknownChannel, type ChannelShelf } from './channel-shelf.ts'
import type { AlertNote } from './connector.ts'
import { connectorOf } from './connectors.ts'
import type { Delivery, DeliveryQueue } from './delivery-queue.ts'
import { messageOf, sampleAlert } from './template.ts'

/** Tells channels of alerts. */
export interface Notifier {
  readonly channels: ChannelShelf
  readonly deliveries: DeliveryQueue
  /** Puts alerts in line for the channels that they concern; gives at once. */
  take(alerts: readonly AlertNote[]): void
  /** Sends a sample through a channel now, and rejects with what went wrong. */
  test(channelId: string): Promise<void>
  /** Resolves when nothing is due that was not tried. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Pauses after each failed attempt; after the last a message is dead. */
export const retryAfterMs: readonly number[] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000]
/** Clocks are set, and machines sleep: what is due is looked for at least this often. */
const lookEveryMs = 60_000
const sentAtOnce = 20
/** Alerts in line for being put in line; beyond that they are told of nowhere but in the log. */
const maxTaken = 10_000
const longestSendMs = 60_000

/** A {@link Notifier}: one message at a time, in the order in which they are due. */
export function createNotifier({
  channels,
  deliveries,
  clock,
  logger,
}: {
  readonly channels: ChannelShelf
  readonly deliveries: DeliveryQueue
  readonly clock: Clock
  readonly logger: Logger
}): Notifier {
  const stop = new AbortController()
  let taken: AlertNote[] = []
  let turn: Promise<void> = Promise.resolve()
  let isBroken = false

  const send = async (
    channel: Channel,
    { id, alerts, count }: Pick<Delivery, 'id' | 'alerts' | 'count'>,
  ) => {
    const connector = connectorOf(channel.connector)
    if (connector === undefined) {
      throw new Fault(
        'invalid',
        'notify.unknown-connector',
        `there is no connector ${channel.connector}`,
      )
    }
    const template = channel.template === '' ? connector.template : channel.template
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(longestSendMs)])
    await connector.send(messageOf(template, { id, alerts, count }), channel.settings, {
      nowMs: () => clock.nowMs(),
      signal,
    })
  }

  const enqueue = async (): Promise<void> => {
    if (taken.length === 0) return
    const all = await channels.list()
    const alerts = taken
    taken = []
    const nowMs = clock.nowMs()
    for (const alert of alerts) {
      for (const channel of all.filter((each) => concerns(each, alert))) {
        const isIn = await deliveries.add(channel.id, alert, {
          nowMs,
          dueMs: dueMs(channel, alert, nowMs),
        })
        if (!isIn) {
          logger.error('a channel is not told of an alert: too many messages wait for it', {
            channel: channel.name,
            alert: alert.id,
          })
        }
      }
    }
  }

  const deliver = async (delivery: Delivery): Promise<void> => {
    let name = delivery.channelId
    try {
      const channel = await channels.get(delivery.channelId)
      name = channel?.name ?? name
      // Of a channel that was removed nothing is left to tell.
      if (channel !== undefined) await send(channel, delivery)
      await deliveries.sent(delivery.id)
    } catch (thrown) {
      if (stop.signal.aborted) return
      const isFinal = thrown instanceof Fault && thrown.kind === 'invalid'
      const pauseMs = isFinal ? undefined : retryAfterMs[delivery.attempts]
      const problem = reasonOf(thrown)
      await deliveries.failed(delivery.id, {
        problem,
        dueMs: pauseMs === undefined ? undefined : clock.nowMs() + pauseMs,
      })
      logger.warn(
        pauseMs === undefined ? 'a message is given up' : 'a message was not sent, and waits',
        {
          channel: name,
          reason: problem,
        },
      )
    }
  }

  const work = async (): Promise<void> => {
    await enqueue()
    while (!stop.signal.aborted) {
      const due = await deliveries.due(clock.nowMs(), sentAtOnce)
      if (due.length === 0) return
      for (const delivery of due) await deliver(delivery)
    }
  }
  const attempt = async (): Promise<void> => {
    try {
      await work()
      isBroken = false
    } catch (thrown) {
      isBroken = true
      logger.error('channels were not told', { reason: reasonOf(thrown) })
    }
  }
  const settle = (): Promise<void> => {
    turn = turn.then(attempt)
    return turn
  }
  let wake = new AbortController()
  const untilDue = async (): Promise<void> => {
    wake = new AbortController()
    const next = (await deliveries.nextDueMs()) ?? Number.POSITIVE_INFINITY
    const pauseMs = Math.min(lookEveryMs, Math.max(0, next - clock.nowMs()))
    if (taken.length > 0 && !isBroken) return
    await clock
      .sleep(isBroken ? lookEveryMs : pauseMs, AbortSignal.any([wake.signal, stop.signal]))
      .catch(() => undefined)
  }
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await settle()
      await untilDue().catch(() => clock.sleep(lookEveryMs, stop.signal))
    }
  })().catch(() => undefined)

  return {
    channels,
    deliveries,
    take(alerts) {
      const room = Math.max(0, maxTaken - taken.length)
      if (alerts.length > room) {
        logger.error('alerts of which no channel is told: too many at once', {
          alerts: alerts.length - room,
        })
      }
      taken.push(...alerts.slice(0, room))
      wake.abort()
    },
    async test(channelId) {
      const channel = await channels.get(channelId)
      if (channel === undefined) throw unknownChannel(channelId)
      const id = `test-${channelId.slice(0, 60)}-${clock.nowMs()}`
      await send(channel, { id, alerts: [sampleAlert], count: 1 })
    },
    settle,
    async close() {
      await enqueue()
      stop.abort()
      await looking
      await turn
    },
  }
}
