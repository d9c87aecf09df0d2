/** Ids of one identity: real, effective and saved user and group. */
export interface Credentials {
  readonly uid: number
  readonly euid: number
  readonly suid: number
  readonly gid: number
  readonly egid: number
  readonly sgid: number
}

/** What a file descriptor points at, from the inode's type bits. */
export type StdioKind =
  'none' | 'regular' | 'directory' | 'char' | 'block' | 'pipe' | 'socket' | 'other'

/** A controlling terminal: device numbers (pty slaves have major 136 to 143). */
export interface TtyDevice {
  readonly major: number
  readonly minor: number
}

/**
 * A fact that a source could not see. The record's own field then holds a neutral value (empty, zero)
 * that must not be believed.
 */
export type UnseenFact =
  | 'start'
  | 'parent'
  | 'leaders'
  | 'credentials'
  | 'tty'
  | 'executable'
  | 'filename'
  | 'args'
  | 'env'
  | 'workingDirectory'
  | 'cgroup'
  | 'groups'
  | 'capabilities'
  | 'stdio'
  | 'namespaces'
  | 'loginUid'
  | 'seccomp'
  | 'file'
  | 'exitStatus'

/** What every record of the kernel says about the process that it is about. */
export interface ProcessIdentity {
  /** What this source could not see of this process; absent where the record is complete (bpf). */
  readonly unseen?: readonly UnseenFact[]
  /** Thread-group id in the initial pid namespace. */
  readonly pid: number
  readonly ppid: number
  /** Boot-clock nanoseconds of the thread-group leader's start; pid and start together name a process. */
  readonly startBootNs: bigint
  /** The parent's start; 0 where unknown. */
  readonly parentStartBootNs: bigint
  readonly pgid: number
  readonly sid: number
  readonly credentials: Credentials
  readonly tty: TtyDevice | undefined
}

/** The kernel's view of a program start, complete at the moment of exec; nothing comes from `/proc` later. */
export interface ExecRecord extends ProcessIdentity {
  readonly kind: 'exec'
  /** Boot-clock nanoseconds of the event. */
  readonly bootNs: bigint
  /** Resolved path of the executable (the interpreter for scripts); a bare name such as `memfd:x` when `pathIsBare`. */
  readonly executable: string
  /** The executable has no place in the mount tree (memfd, detached mount). */
  readonly pathIsBare: boolean
  /** The path given to exec: the script for `#!` files, `/dev/fd/N` for fexecve. */
  readonly filename: string
  readonly args: readonly string[]
  /** Bytes of argv in the process; more than was captured when `argsTruncated`. */
  readonly argsBytes: number
  readonly argsTruncated: boolean
  /** Environment entries `NAME=value`, captured up to 8 KiB, not filtered yet: never let them leave unfiltered. */
  readonly env: readonly string[]
  readonly workingDirectory: string
  /** Executable path or working directory was cut (96 components or 3.8 KB): its end is kept, without leading slash. */
  readonly pathTruncated: boolean
  /** cgroup path from the root, unified hierarchy first, else the v1 pids controller. */
  readonly cgroup: string
  readonly groups: readonly number[]
  readonly capabilities: { readonly effective: bigint; readonly permitted: bigint }
  /** stdin, stdout, stderr. */
  readonly stdio: readonly [Stdio, Stdio, Stdio]
  readonly namespaces: {
    readonly pid: number
    readonly mnt: number
    readonly net: number
    readonly user: number
  }
  /** pid inside the innermost pid namespace. */
  readonly pidInNamespace: number
  /** Audit login uid; undefined where unset (4294967295) or not supported. */
  readonly loginUid: number | undefined
  readonly sessionId: number | undefined
  /** 0 off, 1 strict, 2 filter. */
  readonly seccomp: number
  readonly file: {
    readonly inode: bigint
    /** Kernel encoding: major << 20 | minor. */
    readonly device: number
    readonly mode: number
    readonly nlink: number
    readonly ownerUid: number
    readonly sizeBytes: bigint
    readonly ctimeNs: bigint
  }
}

/** One of the first three descriptors. */
export interface Stdio {
  readonly kind: StdioKind
  /** Device numbers for char and block devices. */
  readonly device: TtyDevice | undefined
}

/** A new process (never a new thread). `pid` is the child. */
export interface ForkRecord extends ProcessIdentity {
  readonly kind: 'fork'
  readonly bootNs: bigint
}

/** The last thread of a process is gone. */
export interface ExitRecord extends ProcessIdentity {
  readonly kind: 'exit'
  readonly bootNs: bigint
  /** 0 to 255. */
  readonly exitStatus: number
  /** The signal that ended it; 0 for none. */
  readonly signal: number
}

/** A process found running by the start-up scan of `/proc`; `bootNs` is the moment of the scan. */
export type RunningRecord = Omit<ExecRecord, 'kind'> & { readonly kind: 'running' }

/** Any record, in the order in which the kernel reserved its place in the ring. */
export type ProcessRecord = ExecRecord | ForkRecord | ExitRecord

/** What a source counted since it started; nothing is lost silently. */
export interface SourceCounters {
  /** Records that the source produced, delivered or lost. */
  readonly produced: number
  readonly delivered: number
  /** Records that found no room (ring full, queue full). */
  readonly lost: number
  /** Delivered records whose argv could not be read. */
  readonly argsUnreadable: number
  /** Delivered records with something cut short. */
  readonly truncated: number
  /** Records that did not decode. */
  readonly undecodable: number
}

/** A running source of process records. */
export interface RecordSource {
  readonly mode: 'bpf' | 'audit' | 'proc'
  /** Plain sentences: what this source cannot see. Empty for bpf. */
  readonly blindSpots: readonly string[]
  counters(): Promise<SourceCounters>
  /** Stops, drains what the kernel still holds to the listener, and frees everything. */
  close(): Promise<void>
}

/** Receives records in batches, in order; must not throw; is never called concurrently. */
export type RecordListener = (batch: readonly ProcessRecord[]) => void
