import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf, type Clock, type Logger } from '#base'
import type { EventDocument } from '#event'
import { ruleSet } from '#query'
import type { Roster, RosterRule } from '../roster.ts'
import { prepareLiveRule, type LiveRule, type LiveWorld } from './live-rule.ts'
import { standings } from './standings.ts'

/** Answers for events as they come, ahead of the executions that will read them again. */
export interface LivePath {
  /** Takes events that the store has accepted. Never waits, never throws. */
  offer(events: readonly EventDocument[]): void
  /** Resolves once everything offered so far is answered. */
  idle(): Promise<void>
  /** Leaves what waits to the scheduled executions, and ends once the batch at hand is answered. */
  stop(): Promise<void>
  facts(): LiveFacts
}

/** Counts since the start. */
export interface LiveFacts {
  readonly offered: number
  /** Events left to scheduled executions because too many were waiting. */
  readonly deferred: number
  readonly alerts: number
  /** Events waiting now. */
  readonly waiting: number
}

/** Events that wait at most; more are left to the scheduled executions, and counted. */
const maxWaiting = 20_000
/** Events answered together: one look into history serves them all. */
const batchSize = 512

/** A {@link LivePath} over the enabled rules. */
export function livePath({
  world,
  roster,
  clock,
  logger,
}: {
  readonly world: LiveWorld
  readonly roster: Roster
  readonly clock: Clock
  readonly logger: Logger
}): LivePath {
  let waiting: EventDocument[] = []
  let working: Promise<void> | undefined
  let offered = 0
  let deferred = 0
  let alerts = 0
  const prepared = standings<RosterRule, LiveRule>()
  const filters = ruleSet<RosterRule>(world.fields)
  /** Those that hear of every new event, whether they mean it or not. */
  const learners = new Set<RosterRule>()

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize)
      waiting = waiting.slice(batchSize)
      await prepare()
      const meant = meantBy(batch)
      const asked = new Set([...meant.keys(), ...learners])
      await Promise.all([...asked].map((rule) => answer(rule, { batch, meant: meant.get(rule) })))
      world.excepted.settle()
      // Whoever brings events and whoever asks for pages must get a turn during a flood.
      await nextTurn()
    }
    working = undefined
  }

  /** Makes ready, or ready again, whatever is not: nothing at all in most turns. */
  const prepare = async (): Promise<void> => {
    const { generation } = roster
    if (prepared.areAllCurrent(clock.nowMs(), generation)) return
    forgetGone()
    const nowMs = clock.nowMs()
    const stale = staleAt(nowMs, generation)
    await Promise.all(stale.map((rule) => prepareOne(rule, generation)))
    // Some may have failed, or have been forgotten meanwhile.
    if (staleAt(nowMs, generation).length === 0) prepared.looked(generation)
  }

  const staleAt = (nowMs: number, generation: number): readonly RosterRule[] =>
    [...roster.rules()].filter((rule) => !prepared.isCurrent(rule, nowMs, generation))

  const prepareOne = async (rule: RosterRule, generation: number): Promise<void> => {
    try {
      const nowMs = clock.nowMs()
      const untilMs = rule.due.nextAfter(nowMs)
      const fromMs = untilMs - rule.due.intervalMs
      const before = prepared.get(rule)
      const live = await prepareLiveRule(world, rule, { nowMs, dueMs: untilMs, before })
      // A rule that leaves everything to its executions is not asked again before the next of them either.
      prepared.set(rule, live, { fromMs, untilMs, generation })
      if (live?.learn === undefined) learners.delete(rule)
      else learners.add(rule)
      if (live === undefined) filters.delete(rule)
      else if (live.memory.key !== before?.memory.key) filters.put(rule, live.asked)
    } catch (thrown) {
      giveUp(rule, thrown)
    }
  }

  /** The events of a batch that each rule may mean, found in one look at each event. */
  const meantBy = (
    batch: readonly EventDocument[],
  ): ReadonlyMap<RosterRule, readonly EventDocument[]> => {
    const meant = new Map<RosterRule, EventDocument[]>()
    for (const event of batch) {
      for (const rule of filters.matchingEvent(event)) {
        const own = meant.get(rule)
        if (own === undefined) meant.set(rule, [event])
        else own.push(event)
      }
    }
    return meant
  }

  const answer = async (
    rule: RosterRule,
    {
      batch,
      meant,
    }: {
      readonly batch: readonly EventDocument[]
      readonly meant: readonly EventDocument[] | undefined
    },
  ): Promise<void> => {
    try {
      const live = prepared.get(rule)
      live?.learn?.(batch)
      if (live === undefined || meant === undefined) return
      const found = await live.answer(meant)
      alerts += found.created
    } catch (thrown) {
      giveUp(rule, thrown)
    }
  }

  const giveUp = (rule: RosterRule, thrown: unknown): void => {
    forget(rule)
    logger.warn('early answers failed; the scheduled execution will find the same', {
      rule: rule.installed.rule.ruleId,
      reason: messageOf(thrown),
    })
  }

  const forget = (rule: RosterRule): void => {
    prepared.delete(rule)
    learners.delete(rule)
    filters.delete(rule)
  }

  const forgetGone = (): void => {
    for (const rule of prepared.rules()) {
      if (roster.get(rule.installed.uuid) !== rule) forget(rule)
    }
  }

  return {
    offer(events) {
      if (events.length === 0) return
      offered += events.length
      const room = Math.max(0, maxWaiting - waiting.length)
      if (events.length > room) {
        const left = events.length - room
        if (deferred === 0 || room > 0) {
          logger.warn(
            'too many events wait for early answers; scheduled executions will find them',
            {
              deferred: deferred + left,
            },
          )
        }
        deferred += left
        // What passed by unseen may be older than what is remembered.
        prepared.clear()
      }
      waiting =
        room >= events.length ? waiting.concat(events) : waiting.concat(events.slice(0, room))
      working ??= work()
    },
    async idle() {
      // Whoever waited may find that more came meanwhile.
      for (let current = working; current !== undefined; current = working) await current
    },
    async stop() {
      waiting = []
      await working
    },
    facts: () => ({ offered, deferred, alerts, waiting: waiting.length }),
  }
}
