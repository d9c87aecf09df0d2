import { setImmediate as nextTurn } from 'node:timers/promises'
import { ruleSet } from '#query'
import type { EventStore, StoredEvent, TimeFields } from '#store'
import { necessaryForAny } from '../execution/necessary-for-any.ts'
import type { RecurringQuestion } from './recurring-question.ts'

/** What the store is read for: everything that satisfies a question, from a time on. */
export interface Want {
  readonly question: RecurringQuestion
  /** Epoch milliseconds. */
  readonly fromMs: number
  /** Told of each event that satisfies the question and does not stand before `fromMs`, perhaps of others. */
  readonly found: (event: StoredEvent) => void
  /** Nobody waits for it any more. */
  readonly isOver: () => boolean
}

/** Reads of the store for questions that have no postings yet. */
export interface Fills {
  /** Resolves once everything that the store held was told of. Faults: those of the store. */
  read(want: Want): Promise<void>
  /** Passes of the store so far. */
  readonly passes: number
}

/** What is wanted of a longer stretch is read for alone: what can be passed over unread weighs more there than company. */
const longestSharedMs = 3_600_000

/** Wants join a pass while it covers no more than so many times the stretch of each. */
const widestPass = 2

/** Turns of the process that a want waits for company; it goes on at the first in which nobody came. */
const maxTurns = 8

/** Wants of one pass, at most. */
const maxWants = 512

/** Wants that wait for each other's company. */
interface Gathering {
  readonly key: string
  readonly members: { readonly want: Want; readonly indices: readonly string[] }[]
  readonly done: Promise<void>
}

/**
 * Wants that come together are served by one pass of the store, in which each event is matched once for all of
 * them. One that comes while a pass is under way waits for nothing and starts the next.
 */
export function fills(
  events: Pick<EventStore, 'search' | 'indicesWith'>,
  nowMs: () => number,
): Fills {
  let gatherings: readonly Gathering[] = []
  let passes = 0

  const depart = async (members: Gathering['members']): Promise<void> => {
    for (let turn = 0, before = -1; turn < maxTurns; turn++) {
      if (before === members.length) break
      before = members.length
      await nextTurn()
    }
    gatherings = gatherings.filter((each) => each.members !== members)
    passes++
    await pass(events, members)
  }

  const gatheringFor = (want: Want): Gathering => {
    const key = JSON.stringify(want.question.timeFields)
    const open = gatherings.find((each) => each.key === key && hasRoomFor(each, want, nowMs()))
    if (open !== undefined) return open
    const members: Gathering['members'] = []
    const fresh = { key, members, done: depart(members) }
    gatherings = [...gatherings, fresh]
    return fresh
  }

  return {
    async read(want) {
      const indices = await events.indicesWith(want.question.indices)
      if (indices.length === 0) return
      const gathering = gatheringFor(want)
      gathering.members.push({ want, indices })
      await gathering.done
    },
    get passes() {
      return passes
    },
  }
}

function hasRoomFor({ members }: Gathering, want: Want, nowMs: number): boolean {
  if (members.length >= maxWants) return false
  const reaches = [...members.map((member) => member.want), want].map(
    ({ fromMs }) => nowMs - fromMs,
  )
  const longestMs = Math.max(...reaches)
  return longestMs <= longestSharedMs && longestMs <= widestPass * Math.min(...reaches)
}

async function pass(
  events: Pick<EventStore, 'search'>,
  members: Gathering['members'],
): Promise<void> {
  const [first] = members
  if (first === undefined) return
  const { context, timeFields } = first.want.question
  const wanted = ruleSet<Want>(context.fields)
  for (const { want } of members) wanted.put(want, want.question)
  const pages = events.search({
    indices: [...new Set(members.flatMap(({ indices }) => indices))],
    filter: { kind: 'all' },
    holding: necessaryForAny(members.map(({ want }) => want.question)),
    context,
    order: 'sequence',
    time: fromOn(timeFields, Math.min(...members.map(({ want }) => want.fromMs))),
  })
  for await (const page of pages) {
    if (members.every(({ want }) => want.isOver())) return
    for (const event of page) {
      for (const want of wanted.matchingEvent(event)) want.found(event)
    }
  }
}

/** From a time on, what lies in the future with it: clocks run ahead, and windows move on. */
function fromOn(fields: TimeFields, fromMs: number) {
  return { fields, fromMs, toMs: Number.MAX_SAFE_INTEGER }
}
