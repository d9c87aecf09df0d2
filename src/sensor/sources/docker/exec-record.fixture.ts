import type { ExecRecord } from '../../record.ts'

/** A program start by root on the host; give what differs. */
export function execRecord(differs: Partial<ExecRecord> = {}): ExecRecord {
  const stdio = { kind: 'none', device: undefined } as const
  return {
    kind: 'exec',
    pid: 4_242,
    ppid: 4_000,
    startBootNs: 5_000_000_000n,
    parentStartBootNs: 4_000_000_000n,
    pgid: 4_242,
    sid: 4_000,
    credentials: { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0 },
    tty: undefined,
    bootNs: 5_001_000_000n,
    executable: '/usr/sbin/runc',
    pathIsBare: false,
    filename: '/usr/sbin/runc',
    args: ['runc', '--version'],
    argsBytes: 15,
    argsTruncated: false,
    env: [],
    workingDirectory: '/',
    pathTruncated: false,
    cgroup: '/',
    groups: [],
    capabilities: { effective: 0n, permitted: 0n },
    stdio: [stdio, stdio, stdio],
    namespaces: { pid: 0, mnt: 0, net: 0, user: 0 },
    pidInNamespace: 4_242,
    loginUid: undefined,
    sessionId: undefined,
    seccomp: 0,
    file: {
      inode: 1n,
      device: 0,
      mode: 0o100755,
      nlink: 1,
      ownerUid: 0,
      sizeBytes: 1n,
      ctimeNs: 0n,
    },
    ...differs,
  }
}
