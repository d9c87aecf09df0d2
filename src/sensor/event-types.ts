import type { EventType } from './event-type.ts'
import { containerEvents } from './event-types/container/container.ts'
import { processEvents } from './event-types/process/process.ts'
import { sensorEvents } from './event-types/sensor/sensor.ts'

/** Every kind of thing that the sensor tells. */
export const eventTypes: readonly EventType[] = [processEvents, containerEvents, sensorEvents]
