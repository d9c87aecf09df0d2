import { Worker } from 'node:worker_threads'
import { Fault, messageOf } from '#base'
import type { ProcessRecord, RecordListener, RecordSource } from '../record.ts'
import { sharedCounters } from './shared-counters.ts'

/** What a source's worker sends. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly blindSpots: readonly string[] }
  | { readonly kind: 'records'; readonly records: readonly ProcessRecord[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly forbidden: boolean }

/** What a source's worker is given. */
export interface WorkerTask {
  readonly counters: SharedArrayBuffer
}

/** What every source is opened with. */
export interface SourceOptions {
  readonly listener: RecordListener
  /** The source is broken and delivers nothing more. */
  readonly onFault: (fault: Error) => void
}

/**
 * Runs a source in a worker thread: reading `/proc` and waiting for the kernel must not wait for the engine,
 * and the engine not for them. Throws the fault with which the source refused.
 */
export async function openWorkerSource(
  mode: RecordSource['mode'],
  script: URL,
  { listener, onFault }: SourceOptions,
): Promise<RecordSource> {
  const counters = sharedCounters()
  const task: WorkerTask = { counters: counters.memory }
  const worker = new Worker(script, { workerData: task })
  // Before it is ready a fault refuses the opening; after that it is told; while closing nobody asks.
  let phase: 'opening' | 'open' | 'closing' = 'opening'
  const opening = Promise.withResolvers<readonly string[]>()
  const exited = Promise.withResolvers<void>()

  function fail(fault: Fault): void {
    if (phase === 'opening') opening.reject(fault)
    if (phase !== 'open') return
    phase = 'closing'
    onFault(fault)
  }

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'records') listener(message.records)
    if (message.kind === 'refused') fail(refusedFault(mode, message))
    if (message.kind !== 'ready') return
    phase = 'open'
    opening.resolve(message.blindSpots)
  })
  worker.on('error', (cause) => {
    const what = `the ${mode} source of the sensor failed: ${messageOf(cause)}`
    fail(new Fault('internal', `sensor.${mode}-failed`, what, { cause }))
  })
  worker.once('exit', () => {
    const what = `the ${mode} source of the sensor ended by itself`
    fail(new Fault('internal', `sensor.${mode}-ended`, what))
    exited.resolve()
  })
  const blindSpots = await opening.promise
  return {
    mode,
    blindSpots,
    counters: () => Promise.resolve(counters.read()),
    async close() {
      phase = 'closing'
      counters.stop()
      await exited.promise
    },
  }
}

function refusedFault(
  mode: RecordSource['mode'],
  { reason, forbidden }: Extract<WorkerMessage, { kind: 'refused' }>,
): Fault {
  return new Fault(forbidden ? 'forbidden' : 'unavailable', `sensor.${mode}-refused`, reason)
}

/** The worker's file beside the caller's: `.ts` as written, `.js` as published. */
export function workerScript(name: string, importMetaUrl: string): URL {
  const extension = importMetaUrl.slice(importMetaUrl.lastIndexOf('.'))
  return new URL(`./${name}${extension}`, importMetaUrl)
}
