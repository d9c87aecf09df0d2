import type { Credentials, TtyDevice } from '../../record.ts'
import { plainPath } from '../proc/read-process.ts'
import { type AuditMessage, bytesOf, idOf, textOf } from './audit-text.ts'

/** A successful exec as the audit system told it, joined from its messages. */
export interface AuditExec {
  readonly wallMs: number
  readonly pid: number
  readonly ppid: number
  readonly credentials: Credentials
  readonly tty: TtyDevice | undefined
  readonly loginUid: number | undefined
  readonly sessionId: number | undefined
  readonly executable: string
  /** The path given to exec; undefined where no PATH message came. */
  readonly filename: string | undefined
  readonly args: readonly string[]
  readonly argsBytes: number
  readonly argsTruncated: boolean
  readonly workingDirectory: string | undefined
  readonly capabilities: { readonly effective: bigint; readonly permitted: bigint } | undefined
}

/** Message numbers of the audit system. */
export const auditType = {
  syscall: 1300,
  path: 1302,
  cwd: 1307,
  execve: 1309,
  end: 1320,
  capabilities: 1321,
}

/** Joins messages of many events, however they are interleaved. */
export interface AuditJoiner {
  /** Takes one message; gives the exec when it was the last of a successful one. */
  take(type: number, message: AuditMessage): AuditExec | undefined
  /** Events that were given up because too many were unfinished. */
  abandoned(): number
}

interface Pending {
  syscall?: AuditMessage
  cwd?: AuditMessage
  path?: AuditMessage
  capabilities?: AuditMessage
  readonly execve: AuditMessage[]
  argsBytes: number
}

const maxPending = 512
const maxArgsBytes = 32_767
/** Hex doubles every byte. */
const maxArgsText = maxArgsBytes * 2 + 4096

/** A joiner that holds at most 512 unfinished events; beyond them the oldest is given up and counted. */
export function auditJoiner(): AuditJoiner {
  const pendingBySerial = new Map<number, Pending>()
  let abandoned = 0

  function pendingOf(serial: number): Pending {
    const known = pendingBySerial.get(serial)
    if (known !== undefined) return known
    const oldest = pendingBySerial.keys().next()
    if (pendingBySerial.size >= maxPending && !oldest.done) {
      const given = pendingBySerial.get(oldest.value)
      pendingBySerial.delete(oldest.value)
      if (given?.execve.length) abandoned++
    }
    const fresh: Pending = { execve: [], argsBytes: 0 }
    pendingBySerial.set(serial, fresh)
    return fresh
  }

  return {
    take(type, message) {
      if (type === auditType.end) {
        const pending = pendingBySerial.get(message.serial)
        pendingBySerial.delete(message.serial)
        return pending && execOf(pending)
      }
      if (!joined.has(type)) return undefined
      const pending = pendingOf(message.serial)
      if (type === auditType.syscall) pending.syscall = message
      if (type === auditType.cwd) pending.cwd = message
      if (type === auditType.capabilities) pending.capabilities = message
      if (type === auditType.path && message.fields.get('item') === '0') pending.path = message
      if (type === auditType.execve) addArguments(pending, message)
      return undefined
    },
    abandoned: () => abandoned,
  }
}

const joined = new Set([
  auditType.syscall,
  auditType.path,
  auditType.cwd,
  auditType.execve,
  auditType.capabilities,
])

/** A single argument can be two megabytes of text in hundreds of messages: what we would cut is not kept. */
function addArguments(pending: Pending, message: AuditMessage): void {
  if (pending.argsBytes > maxArgsText) return
  for (const value of message.fields.values()) pending.argsBytes += value.length
  pending.execve.push(message)
}

function execOf({ syscall, cwd, path, capabilities, execve }: Pending): AuditExec | undefined {
  if (syscall === undefined || execve.length === 0) return undefined
  const { fields, wallMs } = syscall
  const pid = idOf(fields.get('pid'))
  const credentials = credentialsOf(fields)
  if (fields.get('success') !== 'yes' || pid === undefined || credentials === undefined) {
    return undefined
  }
  return {
    wallMs,
    pid,
    ppid: idOf(fields.get('ppid')) ?? 0,
    credentials,
    tty: ttyNamed(fields.get('tty')),
    loginUid: idOf(fields.get('auid')),
    sessionId: idOf(fields.get('ses')),
    executable: plainPath(textOf(fields.get('exe'))) ?? '',
    filename: textOf(path?.fields.get('name')),
    ...argumentsOf(execve),
    workingDirectory: textOf(cwd?.fields.get('cwd')),
    capabilities: capabilitiesOf(capabilities?.fields),
  }
}

function credentialsOf(fields: ReadonlyMap<string, string>): Credentials | undefined {
  const [uid, euid, suid, gid, egid, sgid] = ['uid', 'euid', 'suid', 'gid', 'egid', 'sgid'].map(
    (name) => idOf(fields.get(name)),
  )
  if (uid === undefined || euid === undefined || suid === undefined) return undefined
  if (gid === undefined || egid === undefined || sgid === undefined) return undefined
  return { uid, euid, suid, gid, egid, sgid }
}

/** Newer kernels say `pe`, older ones `new_pe`. */
function capabilitiesOf(fields: ReadonlyMap<string, string> | undefined) {
  const mask = (name: string) => {
    const text = fields?.get(`new_${name}`) ?? fields?.get(name)
    return text !== undefined && /^[0-9a-f]+$/.test(text) ? BigInt(`0x${text}`) : undefined
  }
  const [effective, permitted] = [mask('pe'), mask('pp')]
  return effective === undefined || permitted === undefined ? undefined : { effective, permitted }
}

/** Arguments come as `a0="x"`, in hex, or in pieces: `a1_len=18000 a1[0]=… a1[1]=…` over several messages. */
function argumentsOf(messages: readonly AuditMessage[]) {
  const pieces = new Map<number, Buffer[]>()
  let count = 0
  let argsBytes = 0
  for (const { fields } of messages) {
    count = Math.max(count, idOf(fields.get('argc')) ?? 0)
    for (const [name, value] of fields) {
      const length = /^a\d+_len$/.test(name) ? idOf(value) : undefined
      // Said for arguments in pieces, in digits of hex where it is hex.
      if (length !== undefined) argsBytes = Math.max(argsBytes, length >> 1)
      const index = /^a(\d+)(?:\[\d+\])?$/.exec(name)?.[1]
      if (index === undefined) continue
      const known = pieces.get(Number(index)) ?? []
      known.push(bytesOf(value) ?? Buffer.alloc(0))
      pieces.set(Number(index), known)
    }
  }
  const args: string[] = []
  let room = maxArgsBytes
  let seenBytes = 0
  for (let index = 0; index < count && pieces.has(index) && room > 0; index++) {
    const whole = Buffer.concat(pieces.get(index) ?? [])
    args.push(whole.subarray(0, room).toString('utf8'))
    room -= whole.length + 1
    seenBytes += whole.length + 1
  }
  return {
    args,
    argsBytes: Math.max(argsBytes, seenBytes),
    argsTruncated: room < 0 || args.length < count,
  }
}

/** `pts3`, `tty1`, `ttyS0`, `console`; `(none)` and the unknown have no device. */
export function ttyNamed(name: string | undefined): TtyDevice | undefined {
  const [, kind, digits] = /^(pts|ttyS|tty)(\d+)$/.exec(name ?? '') ?? []
  const number = Number(digits)
  if (kind === 'pts') return { major: 136 + (number >> 8), minor: number & 0xff }
  if (kind === 'ttyS') return { major: 4, minor: 64 + number }
  if (kind === 'tty') return { major: 4, minor: number }
  return name === 'console' ? { major: 5, minor: 1 } : undefined
}
