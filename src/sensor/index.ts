export type { AgentFacts, Envelope, EventFacts } from './envelope.ts'
export type { ContainerFacts, ContainerLookup } from './container-facts.ts'
export type { EventListener } from './event-queue.ts'
export type { EventType, FieldFacts, FieldType } from './event-type.ts'
export { eventTypes } from './event-types.ts'
export { type HostFacts, readHostFacts } from './host-facts.ts'
export { type HostSensor, type HostSensorOptions, startHostSensor } from './host-sensor.ts'
export type { ObservedExec } from './process-pipeline.ts'
export type * from './record.ts'
export type { CountsByKind, Refusal, SensorHealth, SensorMode } from './sensor-health.ts'
export { type Sensor, type SensorOptions, startSensor } from './sensor.ts'
export type { TrackedProcess } from './tracked-process.ts'
export {
  type ContainerEvidence,
  type EvidencePart,
  evidencePartNames,
  gatherEvidence,
} from './sources/docker/index.ts'
