import { parseDate, type JsonObject } from '#base'
import { byEntity, identityOf, latestStart, programsOf, startedMsOf } from './process-events.ts'
import { anyOf, eventsOf, type Reading } from './reading.ts'
import { textOf, textsOf } from './text-of.ts'

/** A process in the tree around another. */
export interface TreeProcess {
  readonly entityId: string
  /** Entity id; empty: not known. */
  readonly parentId: string
  /** Generations below the process that was asked for; negative: above. */
  readonly depth: number
  readonly pid: string
  readonly name: string
  readonly executable: string
  readonly args: readonly string[]
  readonly user: string
  readonly host: string
  readonly container: string
  /** False: none of its own events is stored, others name it. */
  readonly isSeen: boolean
  /** Epoch milliseconds. */
  readonly startedMs: number | undefined
  readonly endedMs: number | undefined
  readonly exitCode: string
  /** What it ran, one after the other, where that changed. */
  readonly programs: readonly { readonly name: string; readonly atMs: number }[]
  /** Its stored events that were looked at. */
  readonly events: number
}

/** Where a process came from and what came of it. */
export interface ProcessTree {
  /** Parents before their children, siblings by their start. */
  readonly processes: readonly TreeProcess[]
  /** Ancestors that events name beyond those told. */
  readonly unseenAncestors: number
  readonly hasMore: boolean
}

const dayMs = 86_400_000
/** An ancestor started at most so long before, a descendant at most so long after. */
const withinMs = 30 * dayMs
const maxAncestors = 30
const maxGenerations = 6
const maxProcesses = 300
const maxEvents = 3_000

/** Follows parents up and children down through the stored process events. Undefined: no event names the process. */
export async function processTree(
  entityId: string,
  reading: Reading,
): Promise<ProcessTree | undefined> {
  const ever = { fromMs: -8.64e15, toMs: 8.64e15 }
  const own = sourcesOf(
    await eventsOf(reading, anyOf('process.entity_id', [entityId]), {
      within: ever,
      limit: maxEvents,
    }),
  )
  const [named] = own.length > 0 ? own : await childrenOf([entityId], reading, ever, 1)
  if (named === undefined) return undefined
  const atMs = parseDate(textOf(named, '@timestamp')) ?? reading.context.nowMs
  const within = { fromMs: atMs - withinMs, toMs: atMs + withinMs }
  const self =
    own.length > 0
      ? seenProcess(own, 0)
      : namedProcess(identityOf(named, 'process.parent'), { depth: 0, parentId: '', from: named })
  const [above, below] = await Promise.all([
    ancestorsOf(own, reading, within),
    descendantsOf(entityId, reading, within),
  ])
  return {
    processes: ordered([...above.processes, self, ...below.processes]),
    unseenAncestors: above.unseen,
    hasMore: below.hasMore,
  }
}

async function ancestorsOf(
  own: readonly JsonObject[],
  reading: Reading,
  within: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly processes: readonly TreeProcess[]; readonly unseen: number }> {
  const found: TreeProcess[] = []
  const met = new Set<string>()
  let child = latestStart(own)
  let unseen = 0
  while (found.length < maxAncestors) {
    const lineage = lineageOf(child).filter((id) => !met.has(id))
    const [parentId] = lineage
    if (parentId === undefined) break
    for (const id of lineage) met.add(id)
    const events = await eventsOf(reading, anyOf('process.entity_id', lineage), {
      within,
      limit: maxEvents,
    })
    const byId = byEntity(sourcesOf(events))
    const depth = -found.length - 1
    const chain = lineage.filter((id) => byId.has(id) || id === parentId)
    for (const [at, id] of chain.entries()) {
      const seen = byId.get(id)
      found.push(
        seen === undefined
          ? namedProcess(identityOf(child, 'process.parent'), {
              depth: depth - at,
              parentId: '',
              from: child,
            })
          : seenProcess(seen, depth - at),
      )
    }
    unseen = lineage.length - chain.length
    const top = byId.get(chain.at(-1) ?? '')
    if (top === undefined) break
    child = latestStart(top)
  }
  return { processes: linked(found), unseen }
}

/** The parent and those before it, as far as an event names them. */
function lineageOf(event: JsonObject): readonly string[] {
  const own = textOf(event, 'process.entity_id')
  const all = [textOf(event, 'process.parent.entity_id'), ...textsOf(event, 'process.Ext.ancestry')]
  return [...new Set(all)].filter((id) => id !== '' && id !== own)
}

/** Each ancestor is the child of the next one up: what stands between is not stored. */
function linked(fromParentUp: readonly TreeProcess[]): readonly TreeProcess[] {
  return fromParentUp.map((process, at) => ({
    ...process,
    parentId: fromParentUp[at + 1]?.entityId ?? process.parentId,
  }))
}

async function descendantsOf(
  entityId: string,
  reading: Reading,
  within: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly processes: readonly TreeProcess[]; readonly hasMore: boolean }> {
  const found: TreeProcess[] = []
  const met = new Set([entityId])
  let generation: readonly string[] = [entityId]
  for (let depth = 1; depth <= maxGenerations && generation.length > 0; depth++) {
    const events = await childrenOf(generation, reading, within, maxEvents)
    const children = [...byEntity(events)].filter(([id]) => id !== '' && !met.has(id))
    for (const [id, own] of children.slice(0, maxProcesses - found.length)) {
      met.add(id)
      found.push(seenProcess(own, depth))
    }
    if (events.length >= maxEvents || found.length >= maxProcesses) {
      return { processes: found, hasMore: true }
    }
    generation = children.map(([id]) => id)
  }
  const isCut = generation.length > 0
  const hasMore = isCut && (await childrenOf(generation, reading, within, 1)).length > 0
  return { processes: found, hasMore }
}

async function childrenOf(
  parents: readonly string[],
  reading: Reading,
  within: { readonly fromMs: number; readonly toMs: number },
  limit: number,
): Promise<readonly JsonObject[]> {
  return sourcesOf(
    await eventsOf(reading, anyOf('process.parent.entity_id', parents), { within, limit }),
  )
}

function sourcesOf(events: readonly { readonly source: JsonObject }[]): readonly JsonObject[] {
  return events.map(({ source }) => source)
}

function seenProcess(events: readonly JsonObject[], depth: number): TreeProcess {
  const latest = latestStart(events)
  const end = events.findLast((event) => textsOf(event, 'event.type').includes('end'))
  return {
    ...identityOf(latest, 'process'),
    parentId: textOf(latest, 'process.parent.entity_id'),
    depth,
    user: textOf(latest, 'user.name'),
    host: textOf(latest, 'host.name'),
    container: textOf(latest, 'container.id'),
    isSeen: true,
    startedMs: startedMsOf(events),
    endedMs: end === undefined ? undefined : parseDate(textOf(end, '@timestamp')),
    exitCode: end === undefined ? '' : textOf(end, 'process.exit_code'),
    programs: programsOf(events).flatMap(({ name, atMs }, at, all) =>
      atMs === undefined || all[at - 1]?.name === name ? [] : [{ name, atMs }],
    ),
    events: events.length,
  }
}

function namedProcess(
  identity: ReturnType<typeof identityOf>,
  {
    depth,
    parentId,
    from,
  }: { readonly depth: number; readonly parentId: string; readonly from: JsonObject },
): TreeProcess {
  return {
    ...identity,
    parentId,
    depth,
    user: textOf(from, 'process.parent.user.name'),
    host: textOf(from, 'host.name'),
    container: '',
    isSeen: false,
    startedMs: parseDate(textOf(from, 'process.parent.start')),
    endedMs: undefined,
    exitCode: '',
    programs: [],
    events: 0,
  }
}

/** Depth first, from the topmost down. */
function ordered(processes: readonly TreeProcess[]): readonly TreeProcess[] {
  const ids = new Set(processes.map(({ entityId }) => entityId))
  const byParent = Map.groupBy(processes, ({ parentId }) => (ids.has(parentId) ? parentId : ''))
  const told: TreeProcess[] = []
  const tell = (parentId: string): void => {
    const children = byParent.get(parentId) ?? []
    byParent.delete(parentId)
    for (const process of children.toSorted(byStart)) {
      told.push(process)
      tell(process.entityId)
    }
  }
  tell('')
  return told
}

function byStart(a: TreeProcess, b: TreeProcess): number {
  return (a.startedMs ?? 0) - (b.startedMs ?? 0)
}
