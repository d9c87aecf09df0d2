import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from '#base'
import { openBpfSource, probeBpf, type BpfSource } from '../../src/sensor/sources/bpf/index.ts'
import type { ExecRecord, ExitRecord, ForkRecord, ProcessRecord } from '../../src/sensor/record.ts'

/** Why a test that watches this host by eBPF cannot run; undefined where it can. */
export function whyNotWatched(): string | undefined {
  const probe = probeBpf()
  return probe.possible ? undefined : `no eBPF here: ${probe.reason}`
}

/** Why a test that needs the programs of test/host/programs cannot run; undefined where it can. */
export function whyNoCast(): string | undefined {
  return compilerName() === undefined ? 'no C compiler (cc, gcc or clang) is installed' : undefined
}

/** This host under a BPF source, with all that was seen. */
export interface WatchedHost extends AsyncDisposable {
  readonly source: BpfSource
  /** A directory for the test alone. */
  readonly directory: string
  /** Everything delivered so far. */
  readonly seen: readonly ProcessRecord[]
  /** The compiled program of test/host/programs/cast.c. */
  castPath(): string
  /** What to run for so many short processes, one after the other; at most `perSecond` of them, 0 for no limit. */
  stormOf(processes: number, perSecond: number): readonly [command: string, args: readonly string[]]
  /** Runs a program to its end and gives the records of it and of what it started. */
  run(command: string, args?: readonly string[], options?: RunOptions): Promise<Happened>
}

/** Surroundings of a program. */
interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdio?: 'pipe' | 'ignore'
}

/** What was recorded while a program ran. */
interface Happened {
  readonly status: number | null
  readonly pid: number
  readonly execs: readonly ExecRecord[]
  readonly forks: readonly ForkRecord[]
  readonly exits: readonly ExitRecord[]
}

/** Opens the source; everything is gone after disposal. */
export async function watchHost(ringBytes?: number): Promise<WatchedHost> {
  const seen: ProcessRecord[] = []
  const listener = (batch: readonly ProcessRecord[]) => {
    for (const record of batch) seen.push(record)
  }
  const source = await openBpfSource(
    ringBytes === undefined ? { listener } : { listener, ringBytes },
  )
  const directory = mkdtempSync('/tmp/vedette-host-')
  let cast: string | undefined

  async function run(
    command: string,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<Happened> {
    const before = seen.length
    const { status, pid } = spawnSync(command, args, { stdio: 'pipe', ...options })
    // Counting hands over everything that was written before.
    await source.counters()
    const records = descendantsOf(pid, seen.slice(before))
    return {
      status,
      pid,
      execs: records.filter((record) => record.kind === 'exec'),
      forks: records.filter((record) => record.kind === 'fork'),
      exits: records.filter((record) => record.kind === 'exit'),
    }
  }

  const castPath = () => (cast ??= compileCast(directory))
  return {
    source,
    directory,
    seen,
    castPath,
    stormOf: (processes, perSecond) => [
      castPath(),
      ['storm', String(processes), String(perSecond), compileNothing(directory)],
    ],
    run,
    async [Symbol.asyncDispose]() {
      await source.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Others start programs too while a test runs. */
function descendantsOf(pid: number, records: readonly ProcessRecord[]): readonly ProcessRecord[] {
  const own = new Set([pid])
  return records.filter((record) => {
    if (record.kind === 'fork' && own.has(record.ppid)) own.add(record.pid)
    return own.has(record.pid)
  })
}

/** Compiles what starts so many short processes, at most `perSecond` of them (0: as fast as it goes), and one such. */
export function stormPrograms(directory: string): {
  readonly nothing: string
  readonly storm: (processes: number, perSecond: number) => readonly [string, readonly string[]]
} {
  const [cast, nothing] = [compileCast(directory), compileNothing(directory)]
  return {
    nothing,
    storm: (processes, perSecond) => [
      cast,
      ['storm', String(processes), String(perSecond), nothing],
    ],
  }
}

function compilerName(): string | undefined {
  return ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0)
}

function compileCast(directory: string): string {
  const program = join(directory, 'cast')
  // Static programs start faster; not every system has the static C library.
  if (!compiled('cast.c', program, ['-O2', '-pthread', '-static'])) {
    assert(compiled('cast.c', program, ['-O2', '-pthread']), 'cast.c compiles')
  }
  return program
}

function compileNothing(directory: string): string {
  const program = join(directory, 'nothing')
  assert(compiled('nothing.c', program, ['-nostdlib', '-static']), 'nothing.c compiles')
  return program
}

function compiled(source: string, program: string, flags: readonly string[]): boolean {
  const path = fileURLToPath(new URL(`../host/programs/${source}`, import.meta.url))
  return spawnSync(compilerName() ?? 'cc', [...flags, '-o', program, path]).status === 0
}
