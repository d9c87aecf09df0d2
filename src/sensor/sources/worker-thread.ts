import { parentPort, workerData } from 'node:worker_threads'
import { Fault, messageOf } from '#base'
import type { ProcessRecord } from '../record.ts'
import { type SharedCounters, sharedCounters } from './shared-counters.ts'
import type { WorkerMessage, WorkerTask } from './worker-source.ts'

/** What a source's worker does its work with. */
export interface WorkerHands {
  /** Also says when to stop. */
  readonly counters: SharedCounters
  /** Says that the source sees from now on. */
  ready(blindSpots: readonly string[]): void
  /** Hands records over and counts them; nothing happens for none. */
  deliver(records: readonly ProcessRecord[]): void
}

/** Runs a source in its worker thread until it returns; a fault of it is told to the main thread. */
export function runWorker(work: (hands: WorkerHands) => void): void {
  const send = (message: WorkerMessage) => parentPort?.postMessage(message)
  const task: WorkerTask = workerData
  const counters = sharedCounters(task.counters)
  try {
    work({
      counters,
      ready: (blindSpots) => send({ kind: 'ready', blindSpots }),
      deliver(records) {
        if (records.length === 0) return
        counters.add('produced', records.length)
        counters.add('delivered', records.length)
        for (const record of records) count(record)
        send({ kind: 'records', records })
      },
    })
  } catch (cause) {
    const forbidden = cause instanceof Fault && cause.kind === 'forbidden'
    send({ kind: 'refused', reason: messageOf(cause), forbidden })
  }

  function count(record: ProcessRecord): void {
    if (record.kind !== 'exec') return
    if (record.unseen?.includes('args')) counters.add('argsUnreadable')
    if (record.argsTruncated || record.pathTruncated) counters.add('truncated')
  }
}
