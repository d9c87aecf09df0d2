export { openContainerSource, type ContainerSource } from './container-source.ts'
export type { ContainerCounters } from './counters.ts'
export type { EngineState } from './engine-watch.ts'
