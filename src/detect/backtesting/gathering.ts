import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '#base'
import { eventTimeOf, type EventDocument } from '#event'
import { eventTimesOf, memoryStore, openStore, type NewEvent, type Store } from '#store'
import { namelessIndex, type Subject } from './subjects.ts'

/** What of the events concerns one rule. */
export interface SubjectEvents {
  /** Events in indices that the rule reads. */
  readonly read: number
  /** When the events that pass its query happened, as the rule sees it, epoch milliseconds, rising. */
  readonly matchedMs: Float64Array
}

/** The events that any rule can see, in a store of their own. */
export interface Gathered {
  readonly store: Store
  readonly storeKind: 'memory' | 'temporary'
  readonly events: number
  readonly kept: number
  /** Events that came twice under one id, and those that a store refuses. */
  readonly repeated: number
  readonly refused: number
  /** Events that name no index. */
  readonly nameless: number
  /** By `@timestamp`; undefined where no event has one. */
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
  readonly bySubject: ReadonlyMap<Subject, SubjectEvents>
  /** Takes the temporary store away. */
  close(): Promise<void>
}

/** What takes events in, once over, in any order. */
export interface Gathering {
  take(event: EventDocument): void
  /** Waits until what was taken lies in the store. */
  keptUp(): Promise<void>
  end(): Promise<Gathered>
  /** For whoever gives up before the end. */
  abandon(): Promise<void>
}

/** So many events are searched faster in memory, whole, than on disk by time. */
const maxInMemory = 1_000
const batchEvents = 1_000

/** A {@link Gathering} for some rules: an event that none of them can see is only counted. */
export function gatherFor(subjects: readonly Subject[], clock: Clock): Gathering {
  const counts = { events: 0, kept: 0, repeated: 0, refused: 0, nameless: 0 }
  const bySubject = new Map(subjects.map((subject) => [subject, { read: 0, times: numberList() }]))
  let firstMs: number | undefined
  let lastMs: number | undefined
  let waiting: NewEvent[] = []
  let disk: OnDisk | undefined

  const flush = async (): Promise<void> => {
    disk ??= await openOnDisk(clock)
    for (let at = 0; at < waiting.length; at += batchEvents) {
      await append(disk.store, waiting.slice(at, at + batchEvents), counts)
    }
    waiting = []
  }
  const place = (event: EventDocument): void => {
    const time = eventTimeOf(event.source)
    if (!time.ok) return
    firstMs = Math.min(firstMs ?? time.value, time.value)
    lastMs = Math.max(lastMs ?? time.value, time.value)
  }

  return {
    take(event) {
      counts.events++
      if (event.index === namelessIndex) counts.nameless++
      place(event)
      let wanted = false
      for (const [subject, seen] of bySubject) {
        const isRead = subject.reads(event.index)
        if (isRead) seen.read++
        if (subject.matches === undefined) wanted = true
        if (!isRead || !subject.passes(event.source)) continue
        for (const eventMs of eventTimesOf(event.source, subject.time)) {
          seen.times.push(eventMs)
          wanted = true
        }
      }
      if (!wanted) return
      counts.kept++
      waiting.push(event)
    },
    async keptUp() {
      if (disk === undefined ? counts.kept > maxInMemory : waiting.length >= batchEvents) {
        await flush()
      }
    },
    async end() {
      const inMemory = disk === undefined && counts.kept <= maxInMemory
      if (!inMemory) await flush()
      const store = disk?.store ?? memoryStore({ clock })
      if (inMemory) await append(store, waiting, counts)
      return {
        ...counts,
        store,
        storeKind: disk === undefined ? 'memory' : 'temporary',
        firstMs,
        lastMs,
        bySubject: new Map(
          [...bySubject].map(([subject, { read, times }]) => [
            subject,
            { read, matchedMs: times.sorted() },
          ]),
        ),
        close: () => disk?.close() ?? store.close(),
      }
    },
    abandon: async () => disk?.close(),
  }
}

async function append(
  store: Store,
  events: readonly NewEvent[],
  counts: { repeated: number; refused: number },
): Promise<void> {
  for (const { status } of await store.events.append(events)) {
    if (status === 'exists') counts.repeated++
    if (status === 'refused') counts.refused++
  }
}

interface OnDisk {
  readonly store: Store
  close(): Promise<void>
}

async function openOnDisk(clock: Clock): Promise<OnDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-backtest-'))
  const store = await openStore({ kind: 'embedded', directory: join(folder, 'data'), clock })
  return {
    store,
    async close() {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Numbers in eight bytes each: there may be one for every event. */
function numberList(): { push(value: number): void; sorted(): Float64Array } {
  let values = new Float64Array(1_024)
  let length = 0
  return {
    push(value) {
      if (length === values.length) {
        const larger = new Float64Array(length * 2)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    sorted: () => values.slice(0, length).toSorted(),
  }
}
