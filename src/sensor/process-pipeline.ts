import { type Logger, messageOf } from '#base'
import type { EventDocument } from '#event'
import type { EventQueue } from './event-queue.ts'
import { type ProcessWording, processDocument } from './event-types/process/document.ts'
import type { ProcessCache, ProcessChange } from './process-cache.ts'
import type { ExecRecord, ProcessRecord, RunningRecord } from './record.ts'
import type { TrackedProcess } from './tracked-process.ts'

/** An exec as observers see it, before it is delivered. Its record holds the whole environment: keep nothing of it. */
export interface ObservedExec {
  readonly record: ExecRecord
  readonly process: TrackedProcess
  readonly containerId: string | undefined
}

/** The way from a record to a document on its way to the receiver. */
export interface ProcessPipeline {
  take(records: readonly (ProcessRecord | RunningRecord)[]): void
  /** Events of the sensor's own process tree, left out. */
  ownEvents(): number
  /** Records on which our own code failed: lost, and a bug. */
  failures(): number
}

/** What a pipeline is made of. */
export interface PipelineOptions {
  readonly cache: ProcessCache
  readonly queue: EventQueue
  /** Asked per batch, so that mode and offsets are those of now. */
  readonly wording: () => ProcessWording
  readonly observe: (record: ProcessRecord | RunningRecord) => void
  readonly onExec?: ((exec: ObservedExec) => void) | undefined
  readonly reportOwn: boolean
  readonly logger: Logger
}

/** Joins cache, observers and queue. Records are taken in order, each completely before the next. */
export function processPipeline(options: PipelineOptions): ProcessPipeline {
  const { cache, queue, observe, onExec, reportOwn, logger } = options
  let ownEvents = 0
  let failures = 0

  function deliver(change: ProcessChange, wording: ProcessWording): EventDocument | undefined {
    if (change.process.own && !reportOwn) {
      ownEvents++
      return undefined
    }
    // Asked before the document is made: under a flood its making is the dearest part.
    return queue.admit(change.kind) ? processDocument(change, wording) : undefined
  }

  function takeOne(record: ProcessRecord | RunningRecord, wording: ProcessWording): void {
    observe(record)
    const change = cache.apply(record)
    if (change === undefined) return
    if (change.kind === 'exec') {
      const containerId = change.image.container?.id
      onExec?.({ record: change.record, process: change.process, containerId })
    }
    const document = deliver(change, wording)
    if (document !== undefined) queue.push(document)
  }

  return {
    take(records) {
      const wording = options.wording()
      for (const record of records) {
        try {
          takeOne(record, wording)
        } catch (thrown) {
          // A bug of ours must cost one record, not the sensor.
          failures++
          logger.error(`sensor: a record could not be told: ${messageOf(thrown)}`, {
            kind: record.kind,
            pid: record.pid,
          })
        }
      }
    },
    ownEvents: () => ownEvents,
    failures: () => failures,
  }
}
