import { setImmediate as nextTurn } from 'node:timers/promises'
import { assert } from '#base'
import { ruleSet, type RuleSet } from '#query'
import {
  eventTimesOf,
  isWithin,
  sortTimeOf,
  type EventStore,
  type SearchRequest,
  type StoredEvent,
  type TimeRange,
} from '#store'
import { necessaryForAny } from './necessary-for-any.ts'

/** What events are searched with. */
export type EventSearch = Pick<EventStore, 'search' | 'indicesWith'>

/** A search for all events of a stretch of time, in an order that several can be served in. */
export type ShareableRequest = SearchRequest & {
  readonly time: TimeRange
  readonly order: 'time-ascending' | 'sequence'
}

/** How reads were served since the start. */
export interface SharedReadsFacts {
  /** Passes of the store that served several reads. */
  readonly passes: number
  /** Reads that these served. */
  readonly shared: number
  /** Reads made alone: nobody came along, or the request is none that can be shared. */
  readonly alone: number
  /** Shared reads that fell behind and read the rest alone. */
  readonly letGo: number
}

/** The searches of an {@link EventStore}, in which reads that begin together become one pass. */
export interface SharedReads {
  /** Matching events in pages, as the store itself would give them. */
  search(request: SearchRequest): AsyncIterable<readonly StoredEvent[]>
  facts(): SharedReadsFacts
}

/** A longer stretch is read alone: what can be passed over unread weighs more there than company. */
const longestSharedMs = 3_600_000

/** Reads join a pass while it covers no more than so many times the stretch of each. */
const widestPass = 2

/** Turns of the process that a read waits for company; it goes on at the first in which nobody came. */
const maxTurns = 8

/** Reads of one pass, at most. */
const maxMembers = 512

/**
 * Pages of the store that a reader may lie behind the pass. All readers of a pass hold the same pages, so
 * a pass holds at most so many and the one being read: 9 times 256 events or 4 MB of text.
 */
const maxLag = 8

/**
 * Reads of the same indices over about the same time that begin together share one pass of the store, in
 * which each read's own filter is matched. The pass goes at the pace of its quickest reader; one that falls
 * behind by more than {@link maxLag} pages is let go and reads the rest alone, so that none waits for
 * another. A read that begins while a pass is under way waits for nothing and starts the next.
 */
export function sharedReads(events: EventSearch): SharedReads {
  const gatherings: Gathering[] = []
  const facts = { passes: 0, shared: 0, alone: 0, letGo: 0 }

  const gatheringFor = (request: ShareableRequest, indices: readonly string[]): Gathering => {
    const key = keyOf(request, indices)
    const open = gatherings.find((each) => each.key === key && hasRoomFor(each, request))
    if (open !== undefined) return open
    const fresh: Gathering = { key, indices, members: [], fields: request.context.fields }
    gatherings.push(fresh)
    void depart(fresh)
    return fresh
  }

  const depart = async (gathering: Gathering): Promise<void> => {
    for (let turn = 0, before = -1; turn < maxTurns; turn++) {
      if (before === gathering.members.length) break
      before = gathering.members.length
      await nextTurn()
    }
    gatherings.splice(gatherings.indexOf(gathering), 1)
    const members = gathering.members.filter(({ state }) => state !== 'left')
    if (members.length < 2) {
      for (const member of members) release(member)
      return
    }
    facts.passes++
    facts.shared += members.length
    await pass(events, { indices: gathering.indices, members }, () => facts.letGo++)
  }

  return {
    async *search(request) {
      if (!isShareable(request)) {
        facts.alone++
        return yield* events.search(request)
      }
      const indices = await events.indicesWith(request.indices)
      if (indices.length === 0) return
      const gathering = gatheringFor(request, indices)
      const member = newMember(request)
      gathering.members.push(member)
      yield* received(member)
      if (member.state !== 'alone') return
      if (member.last === undefined) facts.alone++
      yield* laterThan(member.last, events.search(request), request)
    },
    facts: () => ({ ...facts }),
  }
}

/** Reads that wait for each other's company. */
interface Gathering {
  readonly key: string
  /** Concrete indices: patterns that mean the same indices are the same. */
  readonly indices: readonly string[]
  readonly fields: SearchRequest['context']['fields']
  readonly members: Member[]
}

/** One read of a pass. */
interface Member {
  readonly request: ShareableRequest
  /** What waits for the reader, with the number of the store's page that it came from. */
  readonly queue: { readonly page: number; readonly events: readonly StoredEvent[] }[]
  /** The last event that the reader has been given. */
  last: StoredEvent | undefined
  state: 'reading' | 'ended' | 'alone' | 'left'
  /** Set while the reader waits for the pass. */
  wake: (() => void) | undefined
  /** Tells the pass that the reader waits, or has left. */
  onNeed: () => void
}

function newMember(request: ShareableRequest): Member {
  return {
    request,
    queue: [],
    last: undefined,
    state: 'reading',
    wake: undefined,
    onNeed: () => undefined,
  }
}

function isShareable(request: SearchRequest): request is ShareableRequest {
  const { time, order, limit, afterSequence } = request
  if (time === undefined || order === 'time-descending') return false
  if (limit !== undefined || afterSequence !== undefined) return false
  return time.toMs - time.fromMs <= longestSharedMs
}

function keyOf({ order, time }: ShareableRequest, indices: readonly string[]): string {
  return JSON.stringify([order, time.fields.primary, time.fields.secondary, indices])
}

function hasRoomFor({ members, fields }: Gathering, request: ShareableRequest): boolean {
  if (members.length >= maxMembers || fields !== request.context.fields) return false
  const times = [...members.map((member) => member.request.time), request.time]
  const { fromMs, toMs } = hullOf(times)
  return times.every((time) => toMs - fromMs <= widestPass * (time.toMs - time.fromMs))
}

function hullOf(times: readonly TimeRange[]): Pick<TimeRange, 'fromMs' | 'toMs'> {
  return {
    fromMs: Math.min(...times.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...times.map(({ toMs }) => toMs)),
  }
}

/**
 * One pass of the store for several reads. Where it fails, each goes on alone: what is wrong with one of
 * them or with the world is then met by whom it concerns.
 */
async function pass(
  events: EventSearch,
  { indices, members }: Pick<Gathering, 'indices' | 'members'>,
  onLetGo: () => void,
): Promise<void> {
  const stop = new AbortController()
  let needed = Promise.withResolvers<void>()
  for (const member of members) {
    member.onNeed = () => {
      needed.resolve()
      if (!members.some(isReading)) stop.abort()
    }
  }
  const letGo = (behind: readonly Member[]): void => {
    for (const member of behind) {
      release(member)
      onLetGo()
    }
  }
  try {
    const request = requestOf(indices, members, stop.signal)
    const filters = ruleSet<Member>(request.context.fields)
    for (const member of members) {
      const { filter, context } = member.request
      filters.put(member, { filter, context })
    }
    let page = 0
    for await (const found of events.search(request)) {
      handOut(found, filters, page)
      page++
      letGo(members.filter((member) => isBehind(member, page)))
      while (members.some(isReading) && !members.some(isWaiting)) {
        needed = Promise.withResolvers<void>()
        await needed.promise
      }
      if (!members.some(isReading)) return
    }
    for (const member of members) settle(member, 'ended')
  } catch {
    letGo(members.filter(isReading))
  }
}

/** What several reads ask for together: everything that any of them may mean. */
function requestOf(
  indices: readonly string[],
  members: readonly Member[],
  signal: AbortSignal,
): SearchRequest {
  const requests = members.map(({ request }) => request)
  const [first] = requests
  assert(first !== undefined, 'a pass has readers')
  const { context, order, time } = first
  return {
    indices,
    filter: { kind: 'all' },
    holding: necessaryForAny(requests),
    context,
    order,
    time: { fields: time.fields, ...hullOf(requests.map((request) => request.time)) },
    signal,
  }
}

function isReading({ state }: Member): boolean {
  return state === 'reading'
}

function isWaiting({ state, wake }: Member): boolean {
  return state === 'reading' && wake !== undefined
}

function isBehind({ state, queue }: Member, page: number): boolean {
  return state === 'reading' && queue[0] !== undefined && page - queue[0].page > maxLag
}

/** Gives each reader the events of a page that are its own, in their order. */
function handOut(found: readonly StoredEvent[], filters: RuleSet<Member>, page: number): void {
  const ownByMember = new Map<Member, StoredEvent[]>()
  for (const event of found) {
    let times: readonly number[] | undefined
    for (const member of filters.matching(event.source)) {
      if (member.state !== 'reading') continue
      const { time } = member.request
      times ??= eventTimesOf(event.source, time.fields)
      if (!isWithin(times, time)) continue
      const own = ownByMember.get(member)
      if (own === undefined) ownByMember.set(member, [event])
      else own.push(event)
    }
  }
  for (const [member, events] of ownByMember) {
    member.queue.push({ page, events })
    member.wake?.()
  }
}

/** A reader that goes on alone after what it has been given. */
function release(member: Member): void {
  member.queue.length = 0
  settle(member, 'alone')
}

function settle(member: Member, state: 'ended' | 'alone'): void {
  if (member.state !== 'reading') return
  member.state = state
  member.wake?.()
}

/** What a pass gives to one reader, until it ends, fails, or lets the reader go. */
async function* received(member: Member): AsyncGenerator<readonly StoredEvent[]> {
  const { signal } = member.request
  try {
    for (;;) {
      signal?.throwIfAborted()
      const next = member.queue.shift()
      if (next !== undefined) {
        member.last = next.events.at(-1)
        yield next.events
      } else if (member.state === 'reading') await turnOf(member)
      else break
    }
  } finally {
    if (member.state === 'reading') member.state = 'left'
    member.queue.length = 0
    member.onNeed()
  }
}

/** Resolves when the pass has something for a reader, or the reader's signal says to stop. */
async function turnOf(member: Member): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  member.wake = wake
  const { signal } = member.request
  signal?.addEventListener('abort', wake, { once: true })
  member.onNeed()
  await promise
  signal?.removeEventListener('abort', wake)
  member.wake = undefined
}

/** What of a read lies behind an event in its order; all of it without one. */
async function* laterThan(
  last: StoredEvent | undefined,
  pages: AsyncIterable<readonly StoredEvent[]>,
  { order, time }: ShareableRequest,
): AsyncGenerator<readonly StoredEvent[]> {
  if (last === undefined) return yield* pages
  const msOf = ({ source }: StoredEvent) => sortTimeOf(eventTimesOf(source, time.fields), 'asc')
  const lastMs = order === 'sequence' ? 0 : msOf(last)
  const isLater = (event: StoredEvent): boolean => {
    const ms = order === 'sequence' ? lastMs : msOf(event)
    return ms > lastMs || (ms === lastMs && event.sequence > last.sequence)
  }
  for await (const page of pages) {
    const later = page.filter(isLater)
    if (later.length > 0) yield later
  }
}
