import { statSync } from 'node:fs'
import { posix } from 'node:path'
import { uuidOf, type Clock, type JsonObject, type JsonValue, type Logger } from '#base'
import { ticksOf, type EntityIdOf } from '../../entity-id.ts'
import type { ContainerEvent } from '../../event-types/container/container-document.ts'
import { objectOf } from '../../object-of.ts'
import type { ExecRecord } from '../../record.ts'
import { boundedMap } from './bounded-map.ts'
import type { RunningCounters } from './counters.ts'
import { listAt } from './json-path.ts'
import { isOciConfig } from './oci-facts.ts'
import { readOciFile } from './oci-file.ts'
import { runtimeInvocation, type RuntimeInvocation } from './oci-invocation.ts'
import {
  learnFromArguments,
  learnFromFile,
  type Learnt,
  type LearnOptions,
  type RuntimeStart,
} from './oci-learnt.ts'

/** What watching runtimes needs. */
export interface OciWatchOptions extends LearnOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly counters: RunningCounters
  readonly emit: (event: ContainerEvent) => void
  /** Epoch nanoseconds of a moment on the boot clock. */
  readonly wallNsOf: (bootNs: bigint) => bigint
  readonly entityIdOf?: EntityIdOf | undefined
}

/** A watch over OCI runtimes, fed with every program start. */
export interface OciWatch {
  /** Looks at a program start; quick for all but runtimes, whose files are read later; never throws. */
  observe(record: ExecRecord): void
  /** Resolves when everything observed is told. */
  drain(): Promise<void>
}

const maxReading = 256
const maxRecent = 2_000

interface Told {
  readonly pid: number
  readonly facts: string
}

/** An {@link OciWatch}. */
export function watchRuntimes(options: OciWatchOptions): OciWatch {
  const { clock, logger, memory, counters } = options
  const reading = new Set<Promise<void>>()
  const recent = boundedMap<Told>(maxRecent)

  // A wrapper that hands over to the runtime shows the same start twice: in the same process, or in its child.
  const isRepeated = (record: ExecRecord, invocation: RuntimeInvocation, facts: string) => {
    const key = `${invocation.containerId}|${invocation.verb}|${invocation.file}`
    const before = recent.get(key)
    recent.set(key, { pid: record.pid, facts })
    const related = before?.pid === record.pid || before?.pid === record.ppid
    return related && before?.facts === facts
  }

  const tell = (record: ExecRecord, invocation: RuntimeInvocation, learnt: Learnt): void => {
    const { event, facts } = learnt
    if (isRepeated(record, invocation, facts)) {
      counters.repeated++
      return
    }
    options.emit({ ...startOf(record, invocation, options), ...event })
  }

  const read = async (record: ExecRecord, invocation: RuntimeInvocation): Promise<void> => {
    const { file, known, containerId = '' } = invocation
    if (file === undefined) {
      tell(record, invocation, learnFromArguments(startBy(record, invocation), options))
      return
    }
    const found = await readOciFile(pathsOf(file, record), clock)
    const fits =
      found.ok && (invocation.verb === 'exec' ? isProcess(found.value) : isOciConfig(found.value))
    if (found.ok && fits) {
      counters.runtimeStarts += known ? 0 : 1
      counters.ociRead++
      tell(record, invocation, learnFromFile(found.value, startBy(record, invocation), options))
      return
    }
    // Another program's "run --bundle" is none of our business.
    if (!known) return
    counters.ociUnreadable++
    counters.vanished++
    const why = found.ok ? `${file} is no OCI file` : found.error
    logger.warn('an OCI file could not be read', { file, why })
    tell(record, invocation, {
      facts: 'vanished',
      event: {
        action: 'container-vanished',
        type: 'info',
        identity: memory.identityOf(containerId),
        security: { privileged: memory.isPrivileged(containerId) },
        error: `the OCI file could not be read: ${why}`,
      },
    })
  }

  return {
    observe(record) {
      const invocation = runtimeInvocation(record)
      if (invocation === undefined) return
      if (invocation.known) counters.runtimeStarts++
      if (reading.size >= maxReading) {
        counters.ociSkipped++
        if (!invocation.known) return
        const error = `the OCI file was not read: ${maxReading} others were being read`
        tell(record, invocation, { facts: error, event: { error } })
        return
      }
      const work: Promise<void> = read(record, invocation).catch((thrown: unknown) => {
        logger.error('a runtime start could not be told', { why: String(thrown) })
      })
      reading.add(work)
      void work.finally(() => reading.delete(work))
    },
    async drain() {
      while (reading.size > 0) await Promise.all(reading)
    },
  }
}

function startOf(
  record: ExecRecord,
  invocation: RuntimeInvocation,
  { wallNsOf, entityIdOf }: OciWatchOptions,
): ContainerEvent {
  const { verb, containerId } = invocation
  const id = containerId ?? ''
  return {
    id: uuidOf('oci', id, verb, `${record.pid}`, `${record.startBootNs}`, `${record.bootNs}`),
    action:
      verb === 'exec'
        ? 'container-exec'
        : verb === 'create'
          ? 'container-created'
          : 'container-started',
    type: verb === 'create' ? 'creation' : 'start',
    source: 'oci',
    atNs: wallNsOf(record.bootNs),
    containerId,
    bundle: verb === 'exec' ? undefined : invocation.bundle,
    process: processObject(record, entityIdOf),
    user: { id: String(record.credentials.euid) },
  }
}

function processObject(record: ExecRecord, entityIdOf: EntityIdOf | undefined): JsonObject {
  const { pid, ppid, executable, args, workingDirectory } = record
  return objectOf({
    pid,
    entity_id: entityIdOf?.(pid, ticksOf(record.startBootNs)),
    name: posix.basename(executable),
    executable,
    args,
    args_count: args.length,
    command_line: args.join(' '),
    working_directory: workingDirectory,
    parent: { pid: ppid },
  })
}

function startBy(record: ExecRecord, invocation: RuntimeInvocation): RuntimeStart {
  return { ...invocation, byRoot: record.credentials.euid === 0 && isHere(record) }
}

/** Whether a process sees the files that we see. */
function isHere({ namespaces }: ExecRecord): boolean {
  return namespaces.mnt === 0 || namespaces.mnt === ownMountNamespace()
}

/** A runtime of another mount namespace is seen through its own eyes. */
function pathsOf(file: string, record: ExecRecord): readonly string[] {
  return [isHere(record) ? file : `/proc/${record.pid}/root${file}`]
}

let ownMount: number | undefined

function ownMountNamespace(): number {
  // A process of ours cannot move to another one.
  ownMount ??= statSync('/proc/self/ns/mnt').ino
  return ownMount
}

function isProcess(value: JsonValue): boolean {
  return listAt(value, 'args').length > 0
}
