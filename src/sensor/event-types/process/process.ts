import type { EventType } from '../../event-type.ts'
import { processFields } from './fields.ts'

/** Programs that start, fork, end, or were there already. */
export const processEvents: EventType = {
  id: 'process',
  title: 'Processes: exec, fork, end, already running',
  dataStream: 'logs-endpoint.events.process-default',
  dataset: 'endpoint.events.process',
  fields: processFields,
}
