export { openContainerSource, type ContainerSource } from './container-source.ts'
export {
  type ContainerEvidence,
  type EvidencePart,
  evidencePartNames,
  gatherEvidence,
} from './container-evidence.ts'
