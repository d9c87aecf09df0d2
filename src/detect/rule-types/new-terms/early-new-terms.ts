import type { EventDocument } from '#event'
import { eventMsOf } from '../../execution/event-time.ts'
import { combinationsOf, type Combination } from '../../first-seen/combination.ts'
import type { EarlyAnswers, WindowSearch } from '../../rule-type.ts'
import {
  candidatesOf,
  historyStartOf,
  type NewCombination,
  type NewTermsQuestion,
} from './new-terms-candidates.ts'

/** So many combinations are remembered a rule; the one not met for longest goes first. */
const maxRemembered = 50_000

/** So many combinations of a batch are looked at; the rest is left to the scheduled execution. */
const maxAtATime = 20_000

/** What is known of a combination's events: the oldest and the newest time at which one was met. */
interface Sighting {
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * Answers for new terms event by event: a combination is new when its first event since the coming
 * window's history start lies after the window's beginning. Asks the history only for combinations that
 * what it remembers does not decide.
 */
export function earlyNewTerms(question: NewTermsQuestion): EarlyAnswers {
  let memory = sightingMemory()
  return {
    async answer(events, search) {
      const historyStartMs = historyStartOf(search, question.params)
      const { fromMs } = search.window
      const asked = new Map<string, Combination>()
      let looked = 0
      for (const { combination, ms } of met(events, search, question, historyStartMs)) {
        if (++looked > maxAtATime) {
          // What passes by unseen may be older than what is remembered.
          memory = sightingMemory()
          break
        }
        const { key } = combination
        const known = memory.get(key)
        if (!decides(known, { ms, historyStartMs, fromMs })) asked.set(key, combination)
        else if (known !== undefined || ms <= fromMs) memory.widen(key, ms)
      }
      if (asked.size === 0) return []
      const combinations = [...asked.values()]
      const { fields } = question
      const request = { fields, combinations, historyStartMs, knownUntilMs: fromMs }
      const seen = await search.history.firstSeen(search, request)
      for (const [key, ms] of seen.known) if (ms !== undefined) memory.set(key, ms)
      for (const [key, { ms }] of seen.fresh) memory.set(key, ms)
      const fresh = combinations.flatMap((combination): readonly NewCombination[] => {
        const first = seen.fresh.get(combination.key)
        return first === undefined ? [] : [{ combination, first }]
      })
      return candidatesOf(search, fresh)
    },
  }
}

/** Sightings by combination key, the one untouched for longest dropped when there are too many. */
function sightingMemory() {
  const sightings = new Map<string, Sighting>()
  const put = (key: string, sighting: Sighting) => {
    sightings.delete(key)
    sightings.set(key, sighting)
    if (sightings.size <= maxRemembered) return
    const [oldest] = sightings.keys()
    if (oldest !== undefined) sightings.delete(oldest)
  }
  return {
    get: (key: string) => sightings.get(key),
    /** One more event of a combination. */
    widen(key: string, ms: number) {
      const { firstMs, lastMs } = sightings.get(key) ?? { firstMs: ms, lastMs: ms }
      put(key, { firstMs: Math.min(firstMs, ms), lastMs: Math.max(lastMs, ms) })
    },
    /** What history says now; an older first sighting has left it. */
    set(key: string, firstMs: number) {
      put(key, { firstMs, lastMs: Math.max(firstMs, sightings.get(key)?.lastMs ?? firstMs) })
    },
  }
}

/**
 * Whether a sighting answers for an event at `ms` without a look into the history: an event between the
 * history's start and the window's beginning makes the combination known; an oldest event inside the
 * window, not after this one, has been answered for already.
 */
function decides(
  known: Sighting | undefined,
  at: { readonly ms: number; readonly historyStartMs: number; readonly fromMs: number },
): boolean {
  if (at.ms <= at.fromMs) return true
  if (known === undefined) return false
  const { firstMs, lastMs } = known
  const within = (ms: number) => ms >= at.historyStartMs && ms <= at.fromMs
  if (within(firstMs) || within(lastMs)) return true
  return firstMs >= at.historyStartMs && firstMs <= at.ms
}

/** The combinations of events whose time lies between the history's start and the window's end. */
function* met(
  events: readonly EventDocument[],
  { time, window }: WindowSearch,
  { fields }: NewTermsQuestion,
  historyStartMs: number,
): Generator<{ readonly combination: Combination; readonly ms: number }> {
  for (const event of events) {
    const ms = eventMsOf(event.source, time)
    if (ms === undefined || ms < historyStartMs || ms > window.toMs) continue
    for (const combination of combinationsOf(event.source, fields)) yield { combination, ms }
  }
}
