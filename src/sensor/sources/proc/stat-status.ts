import { nsOfTicks } from '../../entity-id.ts'
import type { Credentials, ExecRecord, ProcessIdentity, TtyDevice } from '../../record.ts'
import { textOf } from './proc-files.ts'

/** What the one line of `stat` says. */
export interface StatFacts {
  readonly startTicks: number
  readonly isKernelThread: boolean
  readonly identity: Omit<ProcessIdentity, 'credentials' | 'unseen'>
}

const kernelThreadFlag = 0x200000

/** Reads `/proc/<pid>/stat`; undefined when the process is gone. */
export function readStat(pid: number, root = '/proc'): StatFacts | undefined {
  const text = textOf(`${root}/${pid}/stat`)
  return text === undefined ? undefined : parseStat(pid, text)
}

/** Parses a `stat` line; the command in parentheses may hold anything, also blanks and parentheses. */
export function parseStat(pid: number, text: string): StatFacts | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (index: number) => Number(fields[index] ?? Number.NaN)
  const startTicks = number(19)
  if (!Number.isFinite(startTicks)) return undefined
  return {
    startTicks,
    isKernelThread: (number(6) & kernelThreadFlag) !== 0,
    identity: {
      pid,
      ppid: number(1),
      startBootNs: nsOfTicks(startTicks),
      parentStartBootNs: 0n,
      pgid: number(2),
      sid: number(3),
      tty: ttyOf(number(4)),
    },
  }
}

/** `tty_nr`: minor bits 31-20 and 7-0, major bits 19-8; 0 for none. */
function ttyOf(device: number): TtyDevice | undefined {
  if (!(device > 0)) return undefined
  return { major: (device >>> 8) & 0xfff, minor: (device & 0xff) | ((device >>> 12) & 0xfff00) }
}

/** What `status` says; undefined where it does not. */
export interface StatusFacts {
  readonly credentials: Credentials | undefined
  readonly groups: readonly number[] | undefined
  readonly capabilities: ExecRecord['capabilities'] | undefined
  readonly seccomp: number | undefined
  readonly pidInNamespace: number | undefined
}

/** Parses `/proc/<pid>/status`. */
export function parseStatus(text: string): StatusFacts {
  const value = new Map<string, string>()
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) value.set(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const numbers = (name: string) => value.get(name)?.split(/\s+/).filter(Boolean).map(Number)
  const [uid, euid, suid] = numbers('Uid') ?? []
  const [gid, egid, sgid] = numbers('Gid') ?? []
  const credentials =
    uid === undefined ||
    euid === undefined ||
    suid === undefined ||
    gid === undefined ||
    egid === undefined ||
    sgid === undefined
      ? undefined
      : { uid, euid, suid, gid, egid, sgid }
  const effective = value.get('CapEff')
  const permitted = value.get('CapPrm')
  return {
    credentials,
    groups: numbers('Groups')?.slice(0, 16),
    capabilities:
      effective && permitted
        ? { effective: BigInt(`0x${effective}`), permitted: BigInt(`0x${permitted}`) }
        : undefined,
    seccomp: numbers('Seccomp')?.[0],
    pidInNamespace: numbers('NSpid')?.at(-1),
  }
}
