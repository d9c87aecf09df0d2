import { hash } from 'node:crypto'
import type { JsonObject, JsonValue } from '#base'
import type { EventDocument } from '#event'
import { isoOfNs } from './boot-clock.ts'
import type { EventType } from './event-type.ts'
import { objectOf } from './object-of.ts'

/** Who sends. */
export interface AgentFacts {
  readonly id: string
  readonly version: string
}

/** What the `event` object says besides its identity. */
export interface EventFacts {
  readonly action: string
  readonly type: readonly string[]
  readonly category: readonly string[]
}

/** How one sensor run marks its documents. Host and offset are asked anew for every document. */
export interface EnvelopeOptions {
  readonly agent: AgentFacts
  readonly host: () => JsonObject
  readonly wallOffsetNs: () => bigint
  /** Epoch nanoseconds at which this run began: makes its ids differ from every other run's. */
  readonly runStartNs: bigint
}

/** Wraps what happened into a whole document. */
export type Envelope = (content: {
  readonly type: EventType
  readonly bootNs: bigint
  readonly event: EventFacts
  readonly message: string
  /** Top-level objects of the event type itself, such as `process`. */
  readonly members: { readonly [name: string]: JsonValue | undefined }
}) => EventDocument

/** The envelope of one sensor run: time, ids that sort, sequence, agent, host, data stream. */
export function envelope(options: EnvelopeOptions): Envelope {
  const { agent, host, wallOffsetNs, runStartNs } = options
  const run = hash('sha256', `${agent.id}|${runStartNs}`, 'hex').slice(0, 8)
  const agentObject = { id: agent.id, type: 'vedette', version: agent.version }
  let sequence = 0
  return ({ type, bootNs, event, message, members }) => {
    sequence++
    const wallNs = bootNs + wallOffsetNs()
    const id = eventId(wallNs, run, sequence)
    const at = isoOfNs(wallNs)
    const source = objectOf({
      '@timestamp': at,
      message,
      ecs: { version: '8.10.0' },
      data_stream: { type: 'logs', dataset: type.dataset, namespace: 'default' },
      agent: agentObject,
      event: {
        id,
        sequence,
        created: at,
        kind: 'event',
        category: event.category,
        type: event.type,
        action: event.action,
        module: type.dataset.slice(0, type.dataset.indexOf('.')),
        dataset: type.dataset,
        outcome: 'unknown',
      },
      host: host(),
      ...members,
    })
    return { index: type.dataStream, id, source }
  }
}

/** Microseconds, run and sequence: unique over restarts, and sorted by time as text. */
function eventId(wallNs: bigint, run: string, sequence: number): string {
  const us = (wallNs / 1000n).toString(16).padStart(14, '0')
  return `${us}-${run}-${sequence.toString(16).padStart(10, '0')}`
}
