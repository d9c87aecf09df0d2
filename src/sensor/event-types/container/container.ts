import type { EventType } from '../../event-type.ts'
import { containerFields } from './fields.ts'

/** Containers that are created, started, joined and stopped, and what they may do to their host. */
export const containerEvents: EventType = {
  id: 'container',
  title: 'Containers and what they may do to their host',
  dataStream: 'logs-vedette.container-default',
  dataset: 'vedette.container',
  fields: containerFields,
}
