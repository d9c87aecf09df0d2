import type { Kernel } from './kernel-calls.ts'
import { lookUp, missedRuns } from './loader/commands.ts'
import type { LoadedObject } from './loader/load.ts'
import { kindsInOrder } from './record-layout.ts'
import type { KernelTallies } from './worker-messages.ts'

const valueBytes = 16

/** Sums what every CPU counted for every kind of record; runs that the kernel skipped count as lost. */
export function readTallies(
  kernel: Kernel,
  loaded: LoadedObject,
  possibleCpus: number,
): KernelTallies {
  const map = loaded.maps.get('tallies')
  if (map === undefined) return { attempted: 0, lost: 0 }
  const values = new Uint8Array(new ArrayBuffer(Math.max(128, possibleCpus * valueBytes)))
  const view = new DataView(values.buffer)
  let attempted = 0
  let lost = 0
  for (let kind = 0; kind < kindsInOrder.length; kind++) {
    lookUp(kernel, map, kind, values)
    for (let at = 0; at < possibleCpus * valueBytes; at += valueBytes) {
      attempted += Number(view.getBigUint64(at, true))
      lost += Number(view.getBigUint64(at + 8, true))
    }
  }
  for (const program of loaded.programs.values()) {
    const missed = missedRuns(kernel, program)
    attempted += missed
    lost += missed
  }
  return { attempted, lost }
}
