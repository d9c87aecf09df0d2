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
  let closing = false
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const blindSpots = await new Promise<readonly string[]>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'records') listener(message.records)
      if (message.kind === 'ready') resolve(message.blindSpots)
      if (message.kind === 'refused') {
        const kind = message.forbidden ? 'forbidden' : 'unavailable'
        const fault = new Fault(kind, `sensor.${mode}-refused`, message.reason)
        reject(fault)
        if (!closing) onFault(fault)
      }
    })
    worker.on('error', (cause) => {
      const fault = new Fault(
        'internal',
        `sensor.${mode}-failed`,
        `the ${mode} source of the sensor failed: ${messageOf(cause)}`,
        { cause },
      )
      reject(fault)
      if (!closing) onFault(fault)
    })
    void exited.then(() => {
      const fault = new Fault(
        'internal',
        `sensor.${mode}-ended`,
        `the ${mode} source of the sensor ended by itself`,
      )
      reject(fault)
    })
  })
  return {
    mode,
    blindSpots,
    counters: () => Promise.resolve(counters.read()),
    async close() {
      closing = true
      counters.stop()
      await exited
    },
  }
}

/** The worker's file beside the caller's: `.ts` as written, `.js` as published. */
export function workerScript(name: string, importMetaUrl: string): URL {
  const extension = importMetaUrl.slice(importMetaUrl.lastIndexOf('.'))
  return new URL(`./${name}${extension}`, importMetaUrl)
}
