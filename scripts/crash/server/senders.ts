import { systemClock } from '#base'
import type { BulkAnswer, RunningServer } from '../../../test/support/running-server.ts'
import type { Draw } from '../../fuzz/random.ts'
import { plannedBatch } from './planned-events.ts'

/** Programs that send planned events at the same time, each batch again and again until all of it is acknowledged. */
export interface Senders {
  /** Ids of acknowledged events. */
  readonly acknowledged: ReadonlySet<string>
  /** The batch that will be sent next. */
  next(): number
  /** How often a whole request was refused or lost. */
  refusals(): number
  /** Begin no further batch. */
  stop(): void
  /** Resolves when all batches that were begun are acknowledged, and no other will be. */
  readonly finished: Promise<unknown>
}

/** How they send. */
export interface Sending {
  /** Whom they send to: another one after a crash; waits while there is none. */
  readonly server: () => Promise<RunningServer>
  readonly draw: Draw
  /** The time that events bear, epoch milliseconds; also where clocks jump. */
  readonly nowMs?: () => number
  /** The first batch, and the one before which they stop by themselves. */
  readonly from?: number
  readonly until?: number
  /** The longest rest between batches, milliseconds. */
  readonly restMs?: number
}

const programs = 3

/** Starts them. */
export function senders({
  server,
  draw,
  nowMs = () => systemClock.nowMs(),
  from = 0,
  until = Infinity,
  restMs = 150,
}: Sending): Senders {
  const acknowledged = new Set<string>()
  let batch = from
  let refusals = 0
  let end = until

  const sendAll = async (number: number): Promise<void> => {
    const planned = plannedBatch(number, nowMs())
    for (;;) {
      const left = planned.filter(({ id }) => !acknowledged.has(id))
      if (left.length === 0) return
      const to = await server()
      try {
        noteAcknowledged(await to.bulk(left.map(({ lines }) => lines).join('')), acknowledged)
      } catch {
        refusals++
        await systemClock.sleep(20)
      }
    }
  }

  const send = async (): Promise<void> => {
    while (batch < end) {
      await sendAll(batch++)
      await systemClock.sleep(draw(restMs + 1))
    }
  }

  return {
    acknowledged,
    next: () => batch,
    refusals: () => refusals,
    stop() {
      end = batch
    },
    finished: Promise.all(Array.from({ length: programs }, send)),
  }
}

function noteAcknowledged({ items }: BulkAnswer, acknowledged: Set<string>): void {
  for (const { _id, status } of items.flatMap((item) => Object.values(item))) {
    // 409: the answer that was lost had been 201.
    if (status === 201 || status === 409) acknowledged.add(_id)
  }
}
