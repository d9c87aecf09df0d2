import { readlinkSync } from 'node:fs'
import type { ExecRecord } from './record.ts'

/** The initial pid and user namespaces have had these inode numbers since Linux 3.8. */
const initialPid = 0xeffffffc
const initialUser = 0xeffffffd

/**
 * Inode numbers of the host's namespaces: those of pid 1 where we may look, else our own.
 * Zero where neither can be read; then no process counts as sharing it.
 */
export function hostNamespaces(): ExecRecord['namespaces'] {
  return {
    pid: initialPid,
    mnt: namespaceOf('mnt'),
    net: namespaceOf('net'),
    user: initialUser,
  }
}

function namespaceOf(name: string): number {
  for (const process of ['1', 'self']) {
    try {
      const inode = /\[(\d+)\]/.exec(readlinkSync(`/proc/${process}/ns/${name}`))?.[1]
      if (inode !== undefined) return Number(inode)
    } catch {
      // Not ours to look at: the next one may be.
    }
  }
  return 0
}
