import type { JsonValue } from '#base'

/** What an action needs of a host before it can run there. */
export type Need = 'nothing' | 'engine' | 'signals' | 'files' | 'firewall'

/** A host to which things can be done: passed in, so that an action does not know whose it is. */
export interface Host {
  /** `host.id` of its events. */
  readonly id: string
  readonly name: string
  /** Why actions with this need cannot run here, and what would change that; undefined: they can. */
  obstacle(need: Need): Promise<string | undefined>
  /** The container that an engine of this host knows by its id. Faults: `not-found`, `forbidden`, `unavailable`. */
  container(id: string): Promise<Container>
  /** Every container of every engine here that answers, running or not. */
  containers(): Promise<readonly JsonValue[]>
  readonly processes: ProcessTable
  readonly files: FileReader
  readonly firewall: Firewall
}

/** One container, through the API of its engine. Paths begin after `/containers/<id>`. */
export interface Container {
  /** All 64 digits. */
  readonly id: string
  readonly name: string
  /** What `inspect` said when it was looked up; values that look like secrets are taken out. */
  readonly inspected: JsonValue
  /** The same with nothing taken out: for decisions, never for output. */
  readonly whole: JsonValue
  get(path: string): Promise<JsonValue>
  /** Text of a stream of the engine, taken out of its frames; at most `maxBytes`. */
  log(path: string, maxBytes: number): Promise<CutText>
  /** Faults: `conflict`, `not-found`, `unavailable`, with what the engine says. */
  change(path: string, options?: { readonly waitMs?: number }): Promise<JsonValue>
  /** Asks the engine beyond this container. */
  engine(path: string, body: JsonValue | undefined): Promise<JsonValue>
  /** Runs a program inside and waits for its end. */
  exec(
    command: readonly string[],
    options: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<CutText & { readonly exitCode: number | undefined }>
}

/** The beginning of a text, or all of it. */
export interface CutText {
  readonly text: string
  readonly isCut: boolean
}

/** A process as it is now. */
export interface ProcessFacts {
  readonly pid: number
  readonly parentPid: number
  /** `process.entity_id` of its events: made of host, boot, pid and start, so that a number used again has another. */
  readonly entityId: string
  readonly user: string
  /** One letter of the kernel's: `R`, `S`, `T` for stopped. */
  readonly state: string
  readonly isKernelThread: boolean
  /** What was run, words joined by blanks; the name in brackets where there are none. */
  readonly commandLine: string
}

/** The processes of a host. */
export interface ProcessTable {
  list(): readonly ProcessFacts[]
  of(pid: number): ProcessFacts | undefined
  /** Sends a signal to that very process, not to whatever has its number by now. Faults: `not-found`, `forbidden`. */
  signal(process: ProcessFacts, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Those that keep Vedette itself alive: this process and what it came of. */
  readonly own: ReadonlySet<number>
}

/** The files of a host. */
export interface FileReader {
  /** An ordinary file, `maxBytes` of it at most, and the SHA-256 of all of it. Faults: `not-found`, `forbidden`, `invalid` for what is no ordinary file. */
  read(
    path: string,
    options: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<FileCopy>
  /** The beginning of a file of the kernel's, which has no size; undefined where it cannot be read. */
  note(path: string, maxBytes: number): Promise<CutText | undefined>
}

/** A file, or the beginning of it. */
export interface FileCopy {
  readonly bytes: Uint8Array
  /** Of the whole file. */
  readonly size: number
  readonly isCut: boolean
  /** SHA-256 of the whole file, hex. */
  readonly sha256: string
  /** It was written to while it was read: bytes and hash may be of different moments. */
  readonly changedMeanwhile: boolean
  readonly mode: string
  readonly owner: number
  readonly modified: string
}

/** What keeps a host from the network. */
export interface Firewall {
  /** The rules that {@link Firewall.isolate} would load. */
  plan(): string
  isolate(): Promise<void>
  release(): Promise<void>
  isIsolated(): Promise<boolean>
}
