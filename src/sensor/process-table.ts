import type { EntityIdOf } from './entity-id.ts'
import type { EntryType } from './entry-leader.ts'
import type { ProcessImage } from './process-image.ts'
import type { Credentials, TtyDevice } from './record.ts'

/**
 * A tracked process as the cache keeps it: what others read as `TrackedProcess`, changeable.
 * The links are set through the table only, which counts who needs whom.
 */
export interface ProcessNode {
  readonly pid: number
  readonly startTicks: number
  readonly startBootNs: bigint
  readonly entityId: string
  /** The start is the time of the first event, not what the kernel said. */
  readonly startGuessed: boolean
  ppid: number
  parent: ProcessNode | undefined
  groupLeader: ProcessNode | undefined
  sessionLeader: ProcessNode | undefined
  entry: NodeEntry | undefined
  pgid: number
  sid: number
  credentials: Credentials | undefined
  tty: TtyDevice | undefined
  image: ProcessImage | undefined
  previous: ProcessImage | undefined
  ancestry: readonly string[]
  endBootNs: bigint | undefined
  incomplete: boolean
  own: boolean
  /** Living processes other than itself that point here. */
  dependents: number
  /** The table's count of additions when it was last moved to the end. */
  touchedAt: number
  /** Memory charged for its own image. */
  imageBytes: number
}

/** Through whom a process entered the host. */
export interface NodeEntry {
  readonly leader: ProcessNode
  readonly type: EntryType
  readonly sourceIp: string | undefined
}

/** The relatives that a process points at. */
export type LinkName = 'parent' | 'groupLeader' | 'sessionLeader'

/** A start, and whether it is only the time of the first event. */
export interface NodeStart {
  readonly pid: number
  readonly ticks: number
  readonly bootNs: bigint
  readonly guessed: boolean
}

/** Bounds of a table. */
export interface TableOptions {
  readonly entityIdOf: EntityIdOf
  readonly maxProcesses?: number
  readonly maxImageBytes?: number
  readonly graceNs?: bigint
}

/** Processes by pid and start, bounded; the dead stay while they are young or needed. */
export interface ProcessTable {
  get(pid: number, ticks: number): ProcessNode | undefined
  /** The living or else latest process of a pid. */
  current(pid: number): ProcessNode | undefined
  /** Makes room and adds; the newest of its pid becomes the current one. */
  add(start: NodeStart): ProcessNode
  link(node: ProcessNode, which: LinkName, target: ProcessNode | undefined): void
  enter(node: ProcessNode, entry: NodeEntry | undefined): void
  setImage(node: ProcessNode, image: ProcessImage, bytes: number): void
  /** Moves a process away from the end where room is made. */
  touch(node: ProcessNode): void
  bury(node: ProcessNode, endBootNs: bigint): void
  /** Forgets the dead whose grace is over and on whom no living process depends. */
  sweep(nowBootNs: bigint): void
  sizes(): { readonly processes: number; readonly imageBytes: number; readonly evicted: number }
}

/** Of the dead at the head of the queue, so many are looked at for one that nobody needs. */
const lookedAtForRoom = 64

/** An empty table: 65,536 processes and 64 MiB of images at most, 45 seconds of grace, unless told otherwise. */
export function processTable(options: TableOptions): ProcessTable {
  const { entityIdOf, maxProcesses = 65_536, maxImageBytes = 64 * 1024 * 1024 } = options
  const graceNs = options.graceNs ?? 45_000_000_000n
  /** Least recently used first. */
  const byKey = new Map<string, ProcessNode>()
  const byPid = new Map<number, ProcessNode>()
  /** Oldest death first. */
  const dead = new Map<string, ProcessNode>()
  let imageBytes = 0
  let evicted = 0
  let added = 0

  function depend(node: ProcessNode, target: ProcessNode | undefined, by: 1 | -1): void {
    if (target === undefined || target === node || node.endBootNs !== undefined) return
    target.dependents += by
  }

  function forget(node: ProcessNode): void {
    const key = keyOf(node.pid, node.startTicks)
    byKey.delete(key)
    dead.delete(key)
    if (byPid.get(node.pid) === node) byPid.delete(node.pid)
    imageBytes -= node.imageBytes
    node.imageBytes = 0
    for (const target of targetsOf(node)) depend(node, target, -1)
    // Cut, so that a long line of forgotten ancestors does not stay in memory behind its last child.
    node.parent = node.groupLeader = node.sessionLeader = node.entry = undefined
  }

  function makeRoom(): void {
    while (byKey.size >= maxProcesses || imageBytes > maxImageBytes) {
      const victim = unneeded() ?? dead.values().next().value ?? byKey.values().next().value
      if (victim === undefined) return
      forget(victim)
      evicted++
    }
  }

  function unneeded(): ProcessNode | undefined {
    let looked = 0
    for (const node of dead.values()) {
      if (node.dependents === 0) return node
      if (++looked === lookedAtForRoom) return undefined
    }
    return undefined
  }

  return {
    get: (pid, ticks) => byKey.get(keyOf(pid, ticks)),
    current: (pid) => byPid.get(pid),
    add({ pid, ticks, bootNs, guessed }) {
      makeRoom()
      const node = newNode(pid, ticks, entityIdOf(pid, ticks), bootNs, guessed)
      node.touchedAt = ++added
      byKey.set(keyOf(pid, ticks), node)
      const rival = byPid.get(pid)
      if (rival === undefined || rival.startTicks <= ticks) byPid.set(pid, node)
      return node
    },
    link(node, which, target) {
      if (node[which] === target) return
      depend(node, node[which], -1)
      node[which] = target
      depend(node, target, 1)
    },
    enter(node, entry) {
      depend(node, node.entry?.leader, -1)
      node.entry = entry
      depend(node, entry?.leader, 1)
    },
    setImage(node, image, bytes) {
      imageBytes += bytes - node.imageBytes
      node.imageBytes = bytes
      node.image = image
    },
    touch(node) {
      // Moving costs two microseconds and a shell forks often: far from the front it can wait.
      if (added - node.touchedAt < maxProcesses / 4) return
      node.touchedAt = added
      const key = keyOf(node.pid, node.startTicks)
      if (byKey.delete(key)) byKey.set(key, node)
    },
    bury(node, endBootNs) {
      if (node.endBootNs !== undefined) return
      for (const target of targetsOf(node)) depend(node, target, -1)
      node.endBootNs = endBootNs
      const key = keyOf(node.pid, node.startTicks)
      if (byKey.get(key) === node) dead.set(key, node)
    },
    sweep(nowBootNs) {
      for (const node of dead.values()) {
        if ((node.endBootNs ?? 0n) + graceNs > nowBootNs) return
        if (node.dependents === 0) forget(node)
      }
    },
    sizes: () => ({ processes: byKey.size, imageBytes, evicted }),
  }
}

function keyOf(pid: number, ticks: number): string {
  return `${pid}.${ticks}`
}

function targetsOf(node: ProcessNode): readonly (ProcessNode | undefined)[] {
  return [node.parent, node.groupLeader, node.sessionLeader, node.entry?.leader]
}

function newNode(
  pid: number,
  startTicks: number,
  entityId: string,
  startBootNs: bigint,
  startGuessed: boolean,
): ProcessNode {
  return {
    pid,
    startTicks,
    startBootNs,
    entityId,
    startGuessed,
    ppid: 0,
    parent: undefined,
    groupLeader: undefined,
    sessionLeader: undefined,
    entry: undefined,
    pgid: 0,
    sid: 0,
    credentials: undefined,
    tty: undefined,
    image: undefined,
    previous: undefined,
    ancestry: [],
    endBootNs: undefined,
    incomplete: false,
    own: false,
    dependents: 0,
    touchedAt: 0,
    imageBytes: 0,
  }
}
