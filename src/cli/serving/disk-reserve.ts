import { statfs } from 'node:fs/promises'
import { Fault, type Clock } from '#base'
import type { Ingest } from '#server'

const mebibyte = 1024 * 1024
/** Enough for hundreds of thousands of alerts. */
const largestReserveBytes = 64 * mebibyte
/** How long an answer of the file system holds, milliseconds. */
const holdsMs = 500

/**
 * An {@link Ingest} that leaves the last of the disk to alerts, executions and the audit log: a twentieth of the file
 * system, 64 MiB at most. While less is free, events are refused; it takes them again by itself.
 * Fault `unavailable`, code `ingest.disk-reserve`.
 */
export function withDiskReserve(
  ingest: Ingest,
  { directory, clock }: { readonly directory: string; readonly clock: Clock },
): Ingest {
  let askedMs = -Infinity
  let refusal: string | undefined

  const look = async (): Promise<void> => {
    const nowMs = clock.nowMs()
    // A clock that was set back must not keep an old answer.
    if (nowMs >= askedMs && nowMs - askedMs < holdsMs) return
    askedMs = nowMs
    const { bavail, blocks, bsize } = await statfs(directory)
    const reserveBytes = Math.min(largestReserveBytes, (blocks * bsize) / 20)
    const freeBytes = bavail * bsize
    refusal = freeBytes < reserveBytes ? told(directory, freeBytes, reserveBytes) : undefined
  }

  return {
    ...ingest,
    async append(events) {
      await look()
      if (refusal !== undefined) throw new Fault('unavailable', 'ingest.disk-reserve', refusal)
      return ingest.append(events)
    },
  }
}

function told(directory: string, freeBytes: number, reserveBytes: number): string {
  const [free, reserve] = [freeBytes, reserveBytes].map((bytes) => (bytes / mebibyte).toFixed(1))
  return `keep events in ${directory}: ${free} MiB are free there, and the last ${reserve} MiB are for alerts; nothing of it is kept. Free space or keep less (retention): events are taken again by themselves`
}
