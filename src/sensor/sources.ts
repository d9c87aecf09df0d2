import { Fault, messageOf } from '#base'
import type { RecordSource } from './record.ts'
import { openBpfSource } from './sources/bpf/index.ts'
import { openAuditSource } from './sources/audit/index.ts'
import { openProcSource } from './sources/proc/index.ts'
import type { SourceOptions } from './sources/worker-source.ts'

/** One way to learn of processes. */
export interface SourceKind {
  readonly mode: RecordSource['mode']
  /** Opens it; throws a fault that says why not. */
  open(options: SourceOptions): Promise<RecordSource>
}

/** Every way, best first: the order in which they are tried. */
export const sourceKinds: readonly SourceKind[] = [
  { mode: 'bpf', open: openBpfSource },
  { mode: 'audit', open: openAuditSource },
  { mode: 'proc', open: openProcSource },
]

/** Why a source could not be opened, as a sentence, and whether rights would help. */
export function refusalOf(thrown: unknown): {
  readonly reason: string
  readonly forbidden: boolean
} {
  return {
    reason: messageOf(thrown),
    forbidden: thrown instanceof Fault && thrown.kind === 'forbidden',
  }
}
