import { isIP } from 'node:net'
import type { TtyDevice } from './record.ts'

/** How a line of processes came into the host. */
export type EntryType = 'init' | 'terminal' | 'console' | 'ssm' | 'sshd' | 'container' | 'unknown'

/** What the rules of entry look at. */
export interface EntryCandidate {
  readonly pid: number
  readonly ppid: number
  readonly sid: number
  readonly tty: TtyDevice | undefined
  readonly name: string | undefined
  readonly parentName: string | undefined
}

/**
 * How this process entered the host by its own right, undefined when it belongs to an earlier entry
 * (or to none: pid 1). `unknown` is never answered here: it is what remains when nobody else gives one.
 */
export function entryTypeOf(process: EntryCandidate): EntryType | undefined {
  if (process.pid === 1 || process.pid !== process.sid) return undefined
  const terminal = terminalOf(process.tty)
  const name = plainName(process.name)
  if (terminal === 'serial') return 'terminal'
  if (terminal === 'console' && name === 'login') return 'console'
  if (process.ppid === 1) return 'init'
  if (starts(name, carriers)) return undefined
  const parent = plainName(process.parentName)
  if (terminal === 'pseudo' && parent === 'ssm-session-worker') return 'ssm'
  if (sshDaemons.includes(parent) && !sshDaemons.includes(name)) return 'sshd'
  if (starts(parent, runtimes)) return 'container'
  return undefined
}

/** Programs that only carry others into the host and are never an entry themselves. */
const carriers = [
  'runc',
  'crun',
  'youki',
  'containerd-shim',
  'calico-node',
  'check-status',
  'conmon',
  'pause',
]
const runtimes = ['containerd-shim', 'runc', 'crun', 'youki', 'conmon']
/** OpenSSH 9.8 split the daemon: the session's part has its own program. */
const sshDaemons = ['sshd', 'sshd-session']

function starts(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix))
}

/** runc re-executes itself from memory, and is then called `memfd:runc_cloned:…`. */
function plainName(name: string | undefined): string {
  return name?.startsWith('memfd:') ? name.slice(6) : (name ?? '')
}

function terminalOf(tty: TtyDevice | undefined): 'pseudo' | 'console' | 'serial' | undefined {
  if (tty === undefined) return undefined
  if (tty.major >= 136 && tty.major <= 143) return 'pseudo'
  if (tty.major !== 4) return undefined
  return tty.minor < 64 ? 'console' : 'serial'
}

/** The client's address from an SSH session's environment. */
export function sourceIpOf(env: readonly string[] | undefined): string | undefined {
  for (const name of ['SSH_CONNECTION=', 'SSH_CLIENT=']) {
    const ip = env
      ?.find((entry) => entry.startsWith(name))
      ?.slice(name.length)
      .split(' ')[0]
    if (ip !== undefined && isIP(ip) !== 0) return ip
  }
  return undefined
}
