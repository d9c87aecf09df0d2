export { openContainerSource, type ContainerSource } from './container-source.ts'
