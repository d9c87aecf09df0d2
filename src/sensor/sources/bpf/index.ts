export { openBpfSource, type BpfSource } from './source.ts'
export { probeBpf } from './probe.ts'
