import type {
  Credentials,
  ExecRecord,
  ProcessIdentity,
  ProcessRecord,
  Stdio,
  StdioKind,
  TtyDevice,
} from '../../record.ts'
import { exec, exit, flagBits, head, kindsInOrder } from './record-layout.ts'
import { frameBytes, frameHeader } from './ring.ts'

/** The records of a batch, and what has to be counted about them. */
export interface DecodedBatch {
  readonly records: readonly ProcessRecord[]
  readonly undecodable: number
  readonly argsUnreadable: number
  readonly truncated: number
}

/** Told each record's place in the numbering of its CPU and kind, so that gaps can be proven. */
export type SequenceObserver = (cpu: number, kind: number, sequence: number) => void

const truncations =
  flagBits.argsTruncated |
  flagBits.envTruncated |
  flagBits.pathTruncated |
  flagBits.workingDirectoryTruncated |
  flagBits.cgroupTruncated

/** Decodes bytes of the ring (headers included) in their order; what does not decode is counted and skipped. */
export function decodeBatch(batch: ArrayBuffer, onSequence?: SequenceObserver): DecodedBatch {
  const bytes = Buffer.from(batch)
  const view = new DataView(batch)
  const records: ProcessRecord[] = []
  let undecodable = 0
  let argsUnreadable = 0
  let truncated = 0

  for (let at = 0; at + frameBytes <= batch.byteLength;) {
    const { length, isDiscarded, span } = frameHeader(view.getUint32(at, true))
    const start = at + frameBytes
    at += span
    if (isDiscarded) continue
    const record =
      start + length <= batch.byteLength ? decodeRecord(bytes, view, { start, length }) : undefined
    if (record === undefined) {
      undecodable++
      continue
    }
    const flags = view.getUint16(start + head.flags, true)
    if (flags & flagBits.argsUnreadable) argsUnreadable++
    if (flags & truncations) truncated++
    onSequence?.(
      view.getUint32(start + head.cpu, true),
      view.getUint16(start + head.kind, true),
      Number(view.getBigUint64(start + head.sequence, true)),
    )
    records.push(record)
  }
  return { records, undecodable, argsUnreadable, truncated }
}

interface Extent {
  readonly start: number
  readonly length: number
}

function decodeRecord(
  bytes: Buffer,
  view: DataView,
  { start, length }: Extent,
): ProcessRecord | undefined {
  if (length < head.bytes) return undefined
  const kind = kindsInOrder[view.getUint16(start + head.kind, true)]
  switch (kind) {
    case 'exec':
      return decodeExec(bytes, view, { start, length })
    case 'fork':
      return {
        kind,
        ...identity(view, start),
      }
    case 'exit': {
      if (length < exit.bytes) return undefined
      const code = view.getUint32(start + exit.exitCode, true)
      return {
        kind,
        ...identity(view, start),
        exitStatus: (code >>> 8) & 0xff,
        // Bit 7 says that a core was dumped.
        signal: code & 0x7f,
      }
    }
    default:
      return undefined
  }
}

/** What every record has beside its kind. */
type Identity = ProcessIdentity & { readonly bootNs: bigint }

function identity(view: DataView, start: number): Identity {
  return {
    bootNs: view.getBigUint64(start + head.bootNs, true),
    pid: view.getUint32(start + head.pid, true),
    ppid: view.getUint32(start + head.ppid, true),
    startBootNs: view.getBigUint64(start + head.startBootNs, true),
    parentStartBootNs: view.getBigUint64(start + head.parentStartBootNs, true),
    pgid: view.getUint32(start + head.pgid, true),
    sid: view.getUint32(start + head.sid, true),
    credentials: credentials(view, start),
    tty: tty(view, start),
  }
}

function tty(view: DataView, start: number): TtyDevice | undefined {
  if ((view.getUint16(start + head.flags, true) & flagBits.hasTty) === 0) return undefined
  return {
    major: view.getUint32(start + head.ttyMajor, true),
    minor: view.getUint32(start + head.ttyMinor, true),
  }
}

function credentials(view: DataView, start: number): Credentials {
  return {
    uid: view.getUint32(start + head.uid, true),
    euid: view.getUint32(start + head.euid, true),
    suid: view.getUint32(start + head.suid, true),
    gid: view.getUint32(start + head.gid, true),
    egid: view.getUint32(start + head.egid, true),
    sgid: view.getUint32(start + head.sgid, true),
  }
}

function decodeExec(
  bytes: Buffer,
  view: DataView,
  { start, length }: Extent,
): ExecRecord | undefined {
  if (length < exec.bytes) return undefined
  const u32 = (offset: number) => view.getUint32(start + offset, true)
  const u64 = (offset: number) => view.getBigUint64(start + offset, true)
  const lengths = [
    u32(exec.argsBytes),
    u32(exec.envBytes),
    u32(exec.filenameBytes),
    u32(exec.pathBytes),
    u32(exec.workingDirectoryBytes),
    u32(exec.cgroupBytes),
  ] as const
  if (exec.bytes + lengths.reduce((sum, each) => sum + each) > length) return undefined

  const flags = view.getUint16(start + head.flags, true)
  const has = (bit: number) => (flags & bit) !== 0
  let at = start + exec.bytes
  const next = (count: number) => {
    at += count
    return bytes.toString('utf8', at - count, at)
  }
  const args = piecesOf(next(lengths[0]))
  const env = piecesOf(next(lengths[1]))
  const filename = piecesOf(next(lengths[2]))[0] ?? ''
  const executable = pathOf(next(lengths[3]), has(flagBits.pathIsBare | flagBits.pathTruncated))
  const workingDirectory = pathOf(
    next(lengths[4]),
    has(flagBits.workingDirectoryIsBare | flagBits.workingDirectoryTruncated),
  )
  const cgroup = pathOf(next(lengths[5]), has(flagBits.cgroupTruncated))
  const hasLogin = has(flagBits.hasLogin)

  return {
    kind: 'exec',
    ...identity(view, start),
    executable,
    pathIsBare: has(flagBits.pathIsBare),
    filename,
    args,
    argsBytes: u32(exec.argsTotalBytes),
    argsTruncated: has(flagBits.argsTruncated),
    env,
    workingDirectory,
    pathTruncated: has(flagBits.pathTruncated | flagBits.workingDirectoryTruncated),
    cgroup,
    groups: Array.from({ length: Math.min(u32(exec.groupCount), exec.maxGroups) }, (_, nth) =>
      u32(exec.groups + nth * 4),
    ),
    capabilities: { effective: u64(exec.capEffective), permitted: u64(exec.capPermitted) },
    stdio: [stdio(view, start, 0), stdio(view, start, 1), stdio(view, start, 2)],
    namespaces: {
      pid: u32(exec.pidNamespace),
      mnt: u32(exec.mntNamespace),
      net: u32(exec.netNamespace),
      user: u32(exec.userNamespace),
    },
    pidInNamespace: u32(exec.pidInNamespace),
    loginUid: hasLogin ? setOrUndefined(u32(exec.loginUid)) : undefined,
    sessionId: hasLogin ? setOrUndefined(u32(exec.sessionId)) : undefined,
    seccomp: u32(exec.seccomp),
    file: {
      inode: u64(exec.inode),
      device: u32(exec.device),
      mode: u32(exec.mode),
      nlink: u32(exec.nlink),
      ownerUid: u32(exec.ownerUid),
      sizeBytes: u64(exec.sizeBytes),
      ctimeNs: u64(exec.ctimeNs),
    },
  }
}

/** The pieces before each NUL, and a last one without NUL where the text was cut. */
function piecesOf(text: string): readonly string[] {
  const pieces = text.split('\0')
  if (pieces.at(-1) === '') pieces.pop()
  return pieces
}

/** Names come leaf first. A path that does not reach the root gets no leading slash. */
function pathOf(names: string, isPartial: boolean): string {
  const path = piecesOf(names).toReversed().join('/')
  return isPartial ? path : `/${path}`
}

const unset = 0xffff_ffff

function setOrUndefined(id: number): number | undefined {
  return id === unset ? undefined : id
}

const stdioKinds: ReadonlyMap<number, StdioKind> = new Map([
  [0x1, 'pipe'],
  [0x2, 'char'],
  [0x4, 'directory'],
  [0x6, 'block'],
  [0x8, 'regular'],
  [0xc, 'socket'],
])

function stdio(view: DataView, start: number, nth: number): Stdio {
  const mode = view.getUint32(start + exec.stdioMode + nth * 4, true)
  // An anonymous inode (epoll, eventfd) has permission bits but no type; only mode 0 means no file at all.
  const kind = mode === 0 ? 'none' : (stdioKinds.get(mode >>> 12) ?? 'other')

  const device: TtyDevice | undefined =
    kind === 'char' || kind === 'block'
      ? deviceOf(view.getUint32(start + exec.stdioDevice + nth * 4, true))
      : undefined
  return { kind, device }
}

function deviceOf(number: number): TtyDevice {
  return { major: number >>> 20, minor: number & 0xfffff }
}
