export { openBpfSource, type BpfSource, type BpfSourceOptions } from './source.ts'
export { type BpfCounters } from './receiver.ts'
export { probeBpf, type BpfProbe } from './probe.ts'
export { type BpfObstacle } from './obstacle.ts'
