import type { EventDocument } from '#event'
import type { Envelope } from '../../envelope.ts'
import { objectOf } from '../../object-of.ts'
import type { SensorHealth } from '../../sensor-health.ts'
import { sensorEvents } from './sensor.ts'

/** Why the sensor speaks of itself. */
export type SensorAction =
  | 'sensor_started'
  | 'sensor_stopped'
  | 'sensor_unavailable'
  | 'sensor_fault'
  | 'heartbeat'
  | 'events_lost'
  | 'canary_missed'

const messages: { readonly [action in SensorAction]: string } = {
  sensor_started: 'Sensor started',
  sensor_stopped: 'Sensor stopped',
  sensor_unavailable: 'Sensor sees nothing: no source of events may be used',
  sensor_fault: 'Sensor lost its source of events',
  heartbeat: 'Sensor heartbeat',
  events_lost: 'Sensor lost events',
  canary_missed: 'Sensor did not see its own test program',
}

/** A document about the sensor itself. `increase`: losses since the last report. */
export function sensorDocument(
  action: SensorAction,
  health: SensorHealth,
  how: {
    readonly envelope: Envelope
    readonly bootNs: bigint
    readonly reason?: string | undefined
    readonly increase?: number
  },
): EventDocument {
  const { counters, queue, cache, canary } = health
  return how.envelope({
    type: sensorEvents,
    bootNs: how.bootNs,
    event: { action, type: ['info'], category: ['host'] },
    message: messages[action],
    members: {
      vedette: {
        sensor: objectOf({
          mode: health.mode,
          blind_spots: health.blindSpots.length > 0 ? health.blindSpots : undefined,
          reason: how.reason,
          produced: counters?.produced,
          delivered: counters?.delivered,
          lost: objectOf({
            source: counters?.lost,
            queue: { ...queue.dropped },
            failures: health.failures,
            increase: how.increase,
          }),
          undecodable: counters?.undecodable,
          args_unreadable: counters?.argsUnreadable,
          truncated: counters?.truncated,
          own_events: health.ownEvents,
          cache: {
            processes: cache.processes,
            evicted: cache.evicted,
            misses: cache.misses,
            filled: cache.filled,
            missed_ends: cache.missedEnds,
          },
          canary: objectOf({
            latency_ms: canary.latencyMs === undefined ? undefined : Math.round(canary.latencyMs),
            missed: canary.missed,
          }),
        }),
      },
    },
  })
}
