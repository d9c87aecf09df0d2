import type { StartWatch } from '#agent'
import type { EventDocument } from '#event'

/** A host whose events a test makes. */
export interface SimulatedHost {
  readonly startWatch: () => StartWatch
  /** Sees a program start; resolves when the agent has taken the event. Rejects while nobody watches. */
  exec(id: string, process?: EventDocument['source']): Promise<void>
  /** How it was last asked to watch. */
  sensor(): string | undefined
}

/** A {@link SimulatedHost} by its `host.id`. */
export function simulatedHost(hostId: string): SimulatedHost {
  let take: Parameters<StartWatch>[1] | undefined
  let sensor: string | undefined
  return {
    startWatch: () => async (how, onEvents) => {
      take = onEvents
      sensor = how.sensor
      return {
        health: async () => ({
          mode: 'proc',
          blindSpots: [],
          refusals: [],
          remedy: undefined,
          counters: undefined,
          queue: {
            waiting: 0,
            delivered: 0,
            dropped: { exec: 0, fork: 0, end: 0, already_running: 0 },
          },
        }),
        close: async () => void (take = undefined),
      }
    },
    async exec(id, process = {}) {
      if (take === undefined) throw new Error('nobody watches')
      await take([execOf(id, hostId, process)])
    },
    sensor: () => sensor,
  }
}

function execOf(id: string, hostId: string, process: EventDocument['source']): EventDocument {
  return {
    index: 'logs-endpoint.events.process-default',
    id,
    source: {
      '@timestamp': new Date().toISOString(),
      data_stream: { type: 'logs', dataset: 'endpoint.events.process', namespace: 'default' },
      event: { id, action: 'exec', category: ['process'], type: ['start'] },
      host: { id: hostId },
      process,
    },
  }
}
