import type { AlertBody } from '#alert'
import { parseDate, type JsonObject } from '#base'
import type { FilterPlan } from '#query'
import { byEntity, identityOf, latestStart, programsOf, startedMsOf } from './process-events.ts'
import { textOf, textsOf } from './text-of.ts'
import { anyOf, eventsOf, type Reading, type Stretch } from './reading.ts'

/** A process in the story of an alert. */
export interface ChainProcess {
  readonly entityId: string
  readonly pid: string
  readonly name: string
  readonly executable: string
  readonly args: readonly string[]
  readonly user: string
  /** Epoch milliseconds; undefined where nobody saw it start. */
  readonly startedMs: number | undefined
  readonly role: 'ancestor' | 'parent' | 'alert' | 'child'
  /** What it ran before, oldest first, where it became another program. */
  readonly earlier: readonly string[]
  /** How often its program was started in 30 days; undefined where that was not counted in time. */
  readonly starts?: number
}

/** The processes that led to an alert, oldest first, and the first of those that came of it. */
export interface ProcessChain {
  readonly processes: readonly ChainProcess[]
  /** Ancestors that the events name and of which none is stored: the sensor started later, or retention took them. */
  readonly unseen: number
  readonly moreChildren: boolean
}

const hourMs = 3_600_000
const dayMs = 86_400_000
/** Ancestors start long before; what started earlier than that is told as unseen. */
const ancestorsWithinMs = 30 * dayMs
const maxEvents = 2_000
const maxChildren = 20

/** Follows the entity ids of an alert through the stored process events. Undefined for an alert about no process. */
export async function processChain(
  alert: AlertBody,
  reading: Reading,
): Promise<ProcessChain | undefined> {
  const own = textOf(alert, 'process.entity_id')
  const atMs = parseDate(textOf(alert, 'kibana.alert.original_time'))
  if (textOf(alert, 'process.name') === '' && own === '') return undefined
  const parent = textOf(alert, 'process.parent.entity_id')
  const ancestry = textsOf(alert, 'process.Ext.ancestry').filter((id) => id !== '' && id !== own)
  const lineage = [...new Set([...(parent === '' ? [] : [parent]), ...ancestry])]
  if (own === '' || atMs === undefined) {
    return { processes: fromAlertAlone(alert), unseen: 0, moreChildren: false }
  }
  const read = async (filter: FilterPlan, within: Stretch): Promise<readonly JsonObject[]> => {
    const found = await eventsOf(reading, filter, { within, limit: maxEvents })
    return found.map(({ source }) => source)
  }
  const [before, after] = await Promise.all([
    read(anyOf('process.entity_id', [...lineage, own]), {
      fromMs: atMs - ancestorsWithinMs,
      toMs: atMs,
    }),
    read(anyOf('process.parent.entity_id', [own]), { fromMs: atMs, toMs: atMs + hourMs }),
  ])
  const byId = byEntity(before)
  const seen = lineage.filter((id) => byId.has(id) || id === parent)
  const children = [...byEntity(after)].filter(([id]) => id !== own)
  return {
    processes: [
      ...seen
        .toReversed()
        .map((id) =>
          id === parent && !byId.has(id)
            ? parentOf(alert)
            : chainProcess(byId.get(id) ?? [], id === parent ? 'parent' : 'ancestor'),
        ),
      { ...ownProcess(alert), earlier: earlierOf(byId.get(own) ?? []) },
      ...children.slice(0, maxChildren).map(([, starts]) => chainProcess(starts, 'child')),
    ],
    unseen: lineage.length - seen.length,
    moreChildren: children.length > maxChildren || after.length >= maxEvents,
  }
}

function chainProcess(events: readonly JsonObject[], role: ChainProcess['role']): ChainProcess {
  const latest = latestStart(events)
  return {
    ...identityOf(latest, 'process'),
    user: textOf(latest, 'user.name'),
    startedMs: startedMsOf(events),
    role,
    earlier: earlierOf(events),
  }
}

/** The programs that a process became before the last one; what it was before the first, its parent says. */
function earlierOf(events: readonly JsonObject[]): readonly string[] {
  const programs = programsOf(events).map(({ name }) => name)
  return [...new Set(programs.slice(0, -1))].filter((name) => name !== programs.at(-1))
}

function fromAlertAlone(alert: AlertBody): readonly ChainProcess[] {
  const own = ownProcess(alert)
  return textOf(alert, 'process.parent.name') === '' ? [own] : [parentOf(alert), own]
}

function ownProcess(alert: AlertBody): ChainProcess {
  return {
    ...identityOf(alert, 'process'),
    user: textOf(alert, 'user.name'),
    startedMs:
      parseDate(textOf(alert, 'process.start')) ??
      parseDate(textOf(alert, 'kibana.alert.original_time')),
    role: 'alert',
    earlier: [],
  }
}

function parentOf(alert: AlertBody): ChainProcess {
  return {
    ...identityOf(alert, 'process.parent'),
    user: textOf(alert, 'process.parent.user.name'),
    startedMs: parseDate(textOf(alert, 'process.parent.start')),
    role: 'parent',
    earlier: [],
  }
}
