import { compareKeys, type JoinKey } from './join-keys.ts'
import { compareOrdinals } from './ordinal.ts'
import type { SampleMatch, StagedEvent } from './sequence-match.ts'

/**
 * One group of events for each key that every stage has an event for, by key, ascending: for each stage
 * another event, and the earliest that leaves the later stages one each. At most `size` groups.
 */
export function matchSamples<E>(
  stageCount: number,
  events: readonly StagedEvent<E>[],
  { size = Number.POSITIVE_INFINITY }: { readonly size?: number } = {},
): readonly SampleMatch<E>[] {
  const groups = [...groupsOf(stageCount, events).values()].toSorted((a, b) =>
    compareKeys(a.key, b.key),
  )
  const matches: SampleMatch<E>[] = []
  for (const { key, byStage } of groups) {
    if (matches.length >= size) break
    const chosen = distinctOf(byStage)
    if (chosen !== undefined) matches.push({ key, events: chosen.map(({ event }) => event) })
  }
  return matches
}

interface Group<E> {
  readonly key: JoinKey
  /** The earliest events of each stage: as many as there are stages are always enough to choose from. */
  readonly byStage: readonly StagedEvent<E>[][]
}

function groupsOf<E>(
  stageCount: number,
  events: readonly StagedEvent<E>[],
): ReadonlyMap<string, Group<E>> {
  const groups = new Map<string, Group<E>>()
  for (const event of events.toSorted((a, b) => compareOrdinals(a.at, b.at))) {
    for (const [stage, keys] of event.keysByStage.entries()) {
      for (const key of keys) {
        const group = groups.get(key.text) ?? { key, byStage: emptyStages<E>(stageCount) }
        groups.set(key.text, group)
        const own = group.byStage[stage] ?? []
        if (own.length < stageCount) own.push(event)
      }
    }
  }
  return groups
}

function emptyStages<E>(stageCount: number): StagedEvent<E>[][] {
  return Array.from({ length: stageCount }, () => [])
}

/**
 * One event a stage, none twice: each stage in turn takes the earliest that leaves the later ones one each.
 * Undefined where there is no such choice.
 */
function distinctOf<E>(
  byStage: readonly (readonly StagedEvent<E>[])[],
): readonly StagedEvent<E>[] | undefined {
  const chosen: StagedEvent<E>[] = []
  for (const [stage, events] of byStage.entries()) {
    const later = byStage.slice(stage + 1)
    const next = events.find(
      (event) => !chosen.includes(event) && isEnough(later, new Set([...chosen, event])),
    )
    if (next === undefined) return undefined
    chosen.push(next)
  }
  return chosen
}

/** Whether every stage can have an event of its own beside those that are taken (augmenting paths). */
function isEnough<E>(
  byStage: readonly (readonly StagedEvent<E>[])[],
  taken: ReadonlySet<StagedEvent<E>>,
): boolean {
  const stageOf = new Map<StagedEvent<E>, number>()
  const take = (stage: number, tried: Set<StagedEvent<E>>): boolean => {
    for (const event of byStage[stage] ?? []) {
      if (taken.has(event) || tried.has(event)) continue
      tried.add(event)
      const holder = stageOf.get(event)
      if (holder !== undefined && !take(holder, tried)) continue
      stageOf.set(event, stage)
      return true
    }
    return false
  }
  return byStage.every((_, stage) => take(stage, new Set()))
}
