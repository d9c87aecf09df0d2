import { ageList } from './age-list.ts'
import type { JoinKey } from './join-keys.ts'
import { compareOrdinals, type Ordinal } from './ordinal.ts'

/** Something that a sequence machine remembers; plain data. */
export interface Held<E> {
  readonly key: JoinKey
  /** Events that stand in it, in their order; none: an event that no sequence may have before it. */
  readonly events: readonly E[]
  /** Time of its first event. */
  readonly firstMs: number
  /** Place of its latest event. */
  readonly lastAt: Ordinal
  /** Whether an event stood where none may. */
  readonly isDisturbed: boolean
  /** Time of the latest event before its first that might undo it. */
  readonly beforeMs?: number
  /** It has all its events, and can be undone until then, inclusive. */
  readonly endMs?: number
  /** The later of its first event and the machine's clock at that moment: from here on its span runs out. */
  readonly seenMs: number
}

/** All that a machine remembers. Every step but `due` costs the same at any size. */
export interface Holding<E> {
  /** What has so many events of a key: the latest only, since no event asks for an earlier one. */
  waiting(key: JoinKey, eventCount: number): Held<E> | undefined
  /** What has all its events, of a key. */
  finished(key: JoinKey): readonly Held<E>[]
  /** Remembers something as the latest touched; what waited with as many events goes, unless it is later. */
  keep(held: Held<E>): void
  /** Puts `other`, with the same key and events, in the place of something held. */
  replace(held: Held<E>, other: Held<E>): void
  forget(held: Held<E>): void
  /** What has all its events and can no longer be undone after `nowMs`. Looks at all that is finished if there is any. */
  due(nowMs: number): readonly Held<E>[]
  oldest(): Held<E> | undefined
  /** Everything, from what was touched longest ago to the latest. */
  all(): readonly Held<E>[]
  /** How many events are held; what has none counts as one. */
  eventCount(): number
}

/** Nothing remembered yet. */
export function holding<E>(): Holding<E> {
  const waitingByCount: Map<string, Held<E>>[] = []
  const finishedByKey = new Map<string, Held<E>[]>()
  const age = ageList<Held<E>>()
  let eventCount = 0
  let nextEndMs = Number.POSITIVE_INFINITY

  const forget = (held: Held<E>): void => {
    age.remove(held)
    eventCount -= weightOf(held)
    if (held.endMs === undefined) {
      waitingByCount[held.events.length]?.delete(held.key.text)
      return
    }
    const left = (finishedByKey.get(held.key.text) ?? []).filter((each) => each !== held)
    if (left.length === 0) finishedByKey.delete(held.key.text)
    else finishedByKey.set(held.key.text, left)
  }
  const keep = (held: Held<E>): void => {
    const { text } = held.key
    if (held.endMs === undefined) {
      const waiting = (waitingByCount[held.events.length] ??= new Map<string, Held<E>>())
      const present = waiting.get(text)
      if (present !== undefined) {
        if (compareOrdinals(present.lastAt, held.lastAt) > 0) return
        forget(present)
      }
      waiting.set(text, held)
    } else {
      finishedByKey.set(text, [...(finishedByKey.get(text) ?? []), held])
      nextEndMs = Math.min(nextEndMs, held.endMs)
    }
    age.add(held)
    eventCount += weightOf(held)
  }
  return {
    waiting: (key, count) => waitingByCount[count]?.get(key.text),
    finished: (key) => finishedByKey.get(key.text) ?? [],
    keep,
    replace(held, other) {
      age.replace(held, other)
      waitingByCount[held.events.length]?.set(held.key.text, other)
    },
    forget,
    due(nowMs) {
      if (nextEndMs > nowMs) return []
      const finished = [...finishedByKey.values()].flat()
      const isDue = ({ endMs = 0 }: Held<E>): boolean => endMs <= nowMs
      const later = finished.filter((held) => !isDue(held))
      nextEndMs = later.reduce(
        (least, { endMs = least }) => Math.min(least, endMs),
        Number.POSITIVE_INFINITY,
      )
      return finished.filter(isDue)
    },
    oldest: age.oldest,
    all: age.all,
    eventCount: () => eventCount,
  }
}

function weightOf({ events }: Held<unknown>): number {
  return Math.max(1, events.length)
}
