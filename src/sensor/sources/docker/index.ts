export {
  defaultEngineSockets,
  openContainerSource,
  type ContainerSource,
  type ContainerSourceOptions,
  type KnownContainer,
} from './container-source.ts'
export type { ContainerCounters } from './counters.ts'
export type { EngineState } from './engine-watch.ts'
