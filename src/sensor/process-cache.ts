import { type EntityIdOf, ticksOf } from './entity-id.ts'
import { entryTypeOf } from './entry-leader.ts'
import { type ProcessImage, cachedImage, imageBytes, imageOf } from './process-image.ts'
import { type LinkName, type NodeEntry, type ProcessNode, processTable } from './process-table.ts'
import type {
  ExecRecord,
  ExitRecord,
  ForkRecord,
  ProcessRecord,
  RunningRecord,
  UnseenFact,
} from './record.ts'
import type { TrackedProcess } from './tracked-process.ts'

/** What one record meant, with the process as it is after it. `image` is whole; the remembered one may be cut. */
export type ProcessChange =
  | {
      readonly kind: 'exec'
      readonly process: TrackedProcess
      readonly image: ProcessImage
      readonly record: ExecRecord
    }
  | {
      readonly kind: 'already_running'
      readonly process: TrackedProcess
      readonly image: ProcessImage
      readonly record: RunningRecord
    }
  | { readonly kind: 'fork'; readonly process: TrackedProcess; readonly record: ForkRecord }
  | { readonly kind: 'end'; readonly process: TrackedProcess; readonly record: ExitRecord }

/** What the cache met; all but the sizes only grow. */
export interface CacheCounters {
  readonly processes: number
  readonly imageBytes: number
  /** Processes dropped for want of room, before their time. */
  readonly evicted: number
  /** Relatives of a record's process that were not there. */
  readonly misses: number
  /** Misses that `/proc` could answer. */
  readonly filled: number
  /** Second ends of one process, dropped. */
  readonly duplicateEnds: number
  /** Processes whose pid was seen again before their end was. */
  readonly missedEnds: number
}

/** How big, how long, and where from. */
export interface ProcessCacheOptions {
  readonly entityIdOf: EntityIdOf
  /** Reads a running process from `/proc`; undefined when it is gone. Called for misses only. */
  readonly readProcess?: (pid: number) => RunningRecord | undefined
  /** The process whose descendants are marked as the sensor's own. */
  readonly ownPid?: number
  /** Programs that are nobody's own, also where the sensor's process started them, nor is what they start. */
  readonly isReported?: (executable: string) => boolean
  readonly maxProcesses?: number
  /** Bound on the memory that remembered images may take, roughly. */
  readonly maxImageBytes?: number
  /** How long the dead are remembered, boot-clock nanoseconds. */
  readonly graceNs?: bigint
  readonly envNames?: readonly string[]
}

/** Who is who: every process by pid and start, with its image, ancestors and leaders. */
export interface ProcessCache {
  /** Takes one record, in kernel order. Undefined when it says nothing new (a duplicate end, a known running process). */
  apply(record: ProcessRecord | RunningRecord): ProcessChange | undefined
  /** The living process of a pid, or the last dead one while it is remembered. */
  find(pid: number): TrackedProcess | undefined
  /** Forgets the dead whose grace is over and whom no living process needs. */
  sweep(nowBootNs: bigint): void
  counters(): CacheCounters
}

const maxAncestors = 20

/** An empty cache. Holds at most 65,536 processes and 64 MiB of images by default, and counts what it had to forget. */
export function processCache(options: ProcessCacheOptions): ProcessCache {
  const table = processTable(options)
  const counts = { misses: 0, filled: 0, duplicateEnds: 0, missedEnds: 0 }

  function addAt(pid: number, bootNs: bigint, guessed = false): ProcessNode {
    return table.add({ pid, ticks: ticksOf(bootNs), bootNs, guessed })
  }

  /** The table's entry for a record, a new one when there is none yet. */
  function entryFor(record: ProcessRecord | RunningRecord): ProcessNode {
    const current = table.current(record.pid)
    const startUnseen = record.unseen?.includes('start') ?? false
    if (startUnseen) {
      if (current !== undefined && isMeant(record, current)) return current
      return addAt(record.pid, record.bootNs, true)
    }
    const ticks = ticksOf(record.startBootNs)
    const known = table.get(record.pid, ticks)
    if (known !== undefined) return known
    if (current !== undefined && mayHaveStarted(current, ticks)) return current
    if (current !== undefined && current.endBootNs === undefined && current.startTicks < ticks) {
      counts.missedEnds++
      table.bury(current, record.bootNs)
    }
    return addAt(record.pid, record.startBootNs)
  }

  /** A relative by pid, and start where known: remembered, else read from `/proc`, else only named. */
  function relative(pid: number, startBootNs: bigint, depth: number): ProcessNode | undefined {
    if (pid <= 0) return undefined
    const ticks = startBootNs > 0n ? ticksOf(startBootNs) : undefined
    const known = ticks === undefined ? table.current(pid) : table.get(pid, ticks)
    if (known !== undefined) return known
    const current = table.current(pid)
    if (current !== undefined && ticks !== undefined && mayHaveStarted(current, ticks)) {
      return current
    }
    counts.misses++
    const found = depth < maxAncestors ? options.readProcess?.(pid) : undefined
    if (found !== undefined && (ticks === undefined || ticksOf(found.startBootNs) === ticks)) {
      counts.filled++
      const filled = addAt(pid, found.startBootNs)
      identify(filled, found, depth + 1)
      setImage(filled, imageOf(found, options.envNames))
      filled.incomplete = true
      enter(filled)
      return filled
    }
    if (ticks === undefined) return undefined
    const named = addAt(pid, startBootNs)
    named.incomplete = true
    return named
  }

  /** Takes over who the process is and whose. */
  function identify(process: ProcessNode, record: ProcessRecord | RunningRecord, depth = 0): void {
    const unseen = record.unseen ?? []
    if (!unseen.includes('parent')) {
      process.ppid = record.ppid
      if (process.parent?.pid !== record.ppid || process.parent.endBootNs !== undefined) {
        table.link(process, 'parent', relative(record.ppid, record.parentStartBootNs, depth))
      }
    }
    const { parent } = process
    process.ancestry =
      parent === undefined ? [] : [parent.entityId, ...parent.ancestry].slice(0, maxAncestors)
    process.credentials = unseen.includes('credentials')
      ? (process.credentials ?? parent?.credentials)
      : record.credentials
    process.tty = unseen.includes('tty') ? (process.tty ?? parent?.tty) : record.tty
    const known = !unseen.includes('leaders')
    process.pgid = known ? record.pgid : process.pgid || (parent?.pgid ?? 0)
    process.sid = known ? record.sid : process.sid || (parent?.sid ?? 0)
    table.link(process, 'groupLeader', leader(process, process.pgid, 'groupLeader', depth))
    table.link(process, 'sessionLeader', leader(process, process.sid, 'sessionLeader', depth))
    process.own ||= process.pid === options.ownPid || (parent?.own ?? false)
    if (isIncomplete(unseen)) process.incomplete = true
  }

  function leader(
    process: ProcessNode,
    id: number,
    which: Exclude<LinkName, 'parent'>,
    depth: number,
  ): ProcessNode | undefined {
    if (id === process.pid) return process
    const { parent } = process
    // The same id in the same family is the same leader, also when the leader is long dead.
    for (const kin of [process[which], parent?.[which], parent]) if (kin?.pid === id) return kin
    // The parent looked for it already, in vain: a daemon outlives the leader of its session.
    const idOfParent = which === 'sessionLeader' ? parent?.sid : parent?.pgid
    if (idOfParent === id && parent?.image !== undefined) return undefined
    return relative(id, 0n, depth)
  }

  function setImage(process: ProcessNode, image: ProcessImage): void {
    const kept = cachedImage(image)
    table.setImage(process, kept, imageBytes(kept))
  }

  /** Decides through whom the process entered; inherits where it is no entry itself. */
  function enter(process: ProcessNode): void {
    const { pid, ppid, sid, tty, image, parent } = process
    const type = entryTypeOf({
      pid,
      ppid,
      sid,
      tty,
      name: image?.name,
      parentName: parent?.image?.name,
    })
    let entry: NodeEntry | undefined
    if (type !== undefined) entry = { leader: process, type, sourceIp: image?.sourceIp }
    else if (pid !== 1) {
      entry = parent?.entry ?? process.sessionLeader?.entry ?? process.groupLeader?.entry
      if (entry === undefined && pid === sid) {
        entry = { leader: process, type: 'unknown', sourceIp: undefined }
      }
    }
    table.enter(process, entry)
  }

  function exec(record: ExecRecord): ProcessChange {
    const process = entryFor(record)
    identify(process, record)
    const image = imageOf(record, options.envNames)
    process.previous = process.image
    setImage(process, image)
    if (image.executable !== undefined && options.isReported?.(image.executable) === true) {
      process.own = false
    }
    // A whole record replaces whatever was guessed before it.
    process.incomplete = isIncomplete(image.unseen)
    enter(process)
    return { kind: 'exec', process, image, record }
  }

  function fork(record: ForkRecord): ProcessChange {
    const process = entryFor(record)
    identify(process, record)
    if (process.image === undefined) {
      process.image = process.parent?.image
      process.incomplete ||= process.parent?.incomplete ?? true
    }
    enter(process)
    if (process.parent !== undefined) table.touch(process.parent)
    return { kind: 'fork', process, record }
  }

  function end(record: ExitRecord): ProcessChange | undefined {
    const process = entryFor(record)
    if (process.endBootNs !== undefined) {
      counts.duplicateEnds++
      return undefined
    }
    if (process.parent === undefined && process.image === undefined) {
      identify(process, record)
      process.incomplete = true
    } else if (!record.unseen?.includes('credentials')) process.credentials = record.credentials
    table.bury(process, record.bootNs)
    return { kind: 'end', process, record }
  }

  function running(record: RunningRecord): ProcessChange | undefined {
    const before = table.get(record.pid, ticksOf(record.startBootNs))
    // What the kernel told us wins over what the scan found a moment later.
    if (before?.endBootNs !== undefined) return undefined
    if (before?.image !== undefined && !before.incomplete) return undefined
    const process = entryFor(record)
    identify(process, record)
    const image = imageOf(record, options.envNames)
    setImage(process, image)
    process.incomplete = isIncomplete(image.unseen)
    enter(process)
    return { kind: 'already_running', process, image, record }
  }

  return {
    apply(record) {
      switch (record.kind) {
        case 'exec':
          return exec(record)
        case 'fork':
          return fork(record)
        case 'exit':
          return end(record)
        case 'running':
          return running(record)
      }
    },
    find: (pid) => table.current(pid),
    sweep: (nowBootNs) => table.sweep(nowBootNs),
    counters: () => ({ ...table.sizes(), ...counts }),
  }
}

/** Whether a record without a start is about this owner of its pid, and not about one that was never seen. */
function isMeant(record: ProcessRecord | RunningRecord, owner: ProcessNode): boolean {
  if (owner.endBootNs === undefined) return true
  // An end is told once or twice; an exec can be told later than the end that followed it.
  return record.kind === 'exit' || (record.kind === 'exec' && record.bootNs <= owner.endBootNs)
}

/** Whether a living process whose start was guessed can be the one that started then: a guess is late, never early. */
function mayHaveStarted(owner: ProcessNode, ticks: number): boolean {
  return owner.startGuessed && owner.endBootNs === undefined && ticks <= owner.startTicks + 1
}

/** The name as invoked is not kept by the kernel after the exec: a scan that lacks it alone is whole. */
function isIncomplete(unseen: readonly UnseenFact[]): boolean {
  return unseen.some((fact) => fact !== 'filename')
}
