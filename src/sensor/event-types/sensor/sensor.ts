import { commonFields } from '../../common-fields.ts'
import type { EventType, FieldFacts } from '../../event-type.ts'

const own: readonly FieldFacts[] = [
  keyword('blind_spots', 'sentences: what this mode cannot see'),
  keyword('reason', 'why this was reported'),
  count('produced', 'records that the source produced, lost ones included'),
  count('delivered', 'records that arrived'),
  count('lost.source', 'records for which the kernel or the source had no room'),
  count('lost.queue.exec', 'exec events dropped because the receiver was slower than the host'),
  count('lost.queue.fork', 'fork events dropped for the same reason'),
  count('lost.queue.end', 'end events dropped for the same reason'),
  count('lost.queue.already_running', 'already_running events dropped for the same reason'),
  count('lost.failures', 'records on which our own code failed'),
  count('lost.increase', 'losses since the last report'),
  count('undecodable', 'records that did not decode'),
  count('args_unreadable', 'exec records whose arguments could not be read'),
  count('truncated', 'records with something cut short'),
  count('own_events', 'events of the sensor itself and its children, counted but not reported'),
  count('cache.processes', 'processes remembered now'),
  count('cache.evicted', 'processes forgotten for want of room'),
  count('cache.misses', 'relatives that were not remembered'),
  count('cache.filled', 'of these, found in /proc'),
  count('cache.missed_ends', 'processes whose pid came back before their end was seen'),
  {
    name: 'vedette.sensor.canary.latency_ms',
    type: 'long',
    unit: 'milliseconds',
    meaning: 'how long the last test program took from its start to its record',
  },
  count('canary.missed', 'test programs that never came back'),
]

/** What the sensor says of itself: started, stopped, heartbeat, losses, faults. */
export const sensorEvents: EventType = {
  id: 'sensor',
  title: 'The sensor itself: mode, heartbeat, losses',
  dataStream: 'logs-vedette.sensor-default',
  dataset: 'vedette.sensor',
  fields: [...commonFields, ...own],
}

function keyword(name: string, meaning: string): FieldFacts {
  return { name: `vedette.sensor.${name}`, type: 'keyword', meaning }
}

function count(name: string, meaning: string): FieldFacts {
  return { name: `vedette.sensor.${name}`, type: 'long', unit: 'count', meaning }
}
