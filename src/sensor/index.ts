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
export { defaultEngineSockets } from './sources/docker/container-source.ts'
export { engineClient, type EngineClient } from './sources/docker/engine-client.ts'
export { withoutSecrets } from './sources/docker/evidence-secrets.ts'
export { logText } from './sources/docker/log-text.ts'
export { parseStat } from './sources/proc/stat-status.ts'
export { accountNames, type AccountNames } from './account-names.ts'
export { entityIds, type EntityIdOf } from './entity-id.ts'
