import { alertIndexOf } from '#alert'
import { compileIndexPatterns, type EventDocument } from '#event'
import {
  rolesOf,
  sequenceMachine,
  type EventQueryPlan,
  type JoinKey,
  type SequenceMatch,
  type SequencePlan,
  type StagedEvent,
} from '#query'
import { eventTimesOf } from '#store'
import { withAlertAliases } from '../../execution/alert-patterns.ts'
import type { Candidate, EarlyAnswers, WindowSearch } from '../../rule-type.ts'
import { joinedCandidates } from './joined-candidate.ts'
import { keyOrder } from './key-order.ts'
import type { Ordering } from './ordering.ts'
import type { SequenceQuestion } from './sequences-in.ts'
import { stager, type EventName } from './staged-events.ts'

/** Events that a rule's unfinished sequences hold together, and keys whose order it remembers: some 10 MB. */
const limits = { maxEvents: 10_000, maxKeys: 10_000 }

/** No date lies later, epoch milliseconds. */
const lastMs = 8.64e15

/**
 * Whether what is found of a plan before its window ends stands then, too. Not where a later event undoes a
 * sequence, nor where the others of the window decide which are told; and not where a field of its own orders
 * the events, for a window must have all that comes after any that it has.
 */
export function isAnsweredEarly(plan: EventQueryPlan, ordering: Ordering): plan is SequencePlan {
  if (plan.kind !== 'sequence' || plan.pipes.length > 0) return false
  const { leading, trailing } = rolesOf(plan)
  return ordering.timestampField === undefined && leading.length === 0 && trailing.length === 0
}

/**
 * Finds sequences as their events are stored. It goes by events that came in their order since it began, at
 * `nowMs`, each key by itself: what is complete with them is found in every window that has all of it. An
 * event out of its order ends what its key had begun, and is left to the execution.
 */
export function earlySequences(
  question: SequenceQuestion,
  nowMs: number,
  { maxEvents, maxKeys } = limits,
): EarlyAnswers {
  const machine = sequenceMachine<EventName>(question.plan, { maxEvents })
  const order = keyOrder({ maxKeys, fromMs: nowMs })
  let stage: ReturnType<typeof stager> | undefined
  let isBlind = false

  /** Under which keys an event comes in its order; what the others had begun is forgotten. */
  const keysInOrder = (staged: StagedEvent<EventName>, times: readonly number[]) => {
    const keys = new Map(
      [...staged.keysByStage.flat(), ...staged.untilKeys].map((key) => [key.text, key]),
    )
    const at = { ...staged.at, timeMs: Math.max(...times) }
    for (const [text, key] of keys) {
      // An event of several times may lie in windows that begin after the earliest of them.
      if (order.advances(key, at) && times.length === 1) continue
      machine.forget(key)
      keys.delete(text)
    }
    return keys
  }

  const take = (event: EventDocument, { time }: WindowSearch): readonly Match[] => {
    const staged = stage?.(event)
    if (staged === undefined) return []
    const inOrder = keysInOrder(staged, eventTimesOf(event.source, time))
    const isInOrder = ({ text }: JoinKey) => inOrder.has(text)
    return machine.push({
      ...staged,
      keysByStage: staged.keysByStage.map((keys) => keys.filter(isInOrder)),
      untilKeys: staged.untilKeys.filter(isInOrder),
    })
  }

  const begin = async (search: WindowSearch, coming: readonly EventDocument[]): Promise<void> => {
    const staged = stager(question, search)
    const stored = await eventsAhead(search, nowMs, maxKeys)
    // The first events that are asked of are stored too, and with them whatever came since.
    const first = stored.findIndex((event) => coming.some((each) => isSame(each, event)))
    const ahead = first === -1 ? stored : stored.slice(0, first)
    for (const event of ahead) {
      const met = staged(event)
      if (met !== undefined) keysInOrder(met, eventTimesOf(event.source, search.time))
    }
    isBlind = readsAlerts(search) || ahead.length === maxKeys
    stage = staged
  }

  return {
    async answer(events, search) {
      if (stage === undefined) await begin(search, events)
      if (isBlind) return []
      const { fromMs, toMs } = search.window
      machine.advance(fromMs)
      const within = events
        .flatMap((event) => take(event, search))
        .filter(({ firstMs, lastAt }) => firstMs >= fromMs && lastAt.timeMs <= toMs)
      const candidates: Candidate[] = []
      for await (const page of joinedCandidates(within, search)) candidates.push(...page)
      return candidates
    },
  }
}

type Match = SequenceMatch<EventName>

/** Events that are stored already with a time to come: what lies before them comes out of its order. */
async function eventsAhead(
  { indices, filter, context, time, reader, signal }: WindowSearch,
  nowMs: number,
  limit: number,
): Promise<readonly EventDocument[]> {
  const pages = reader.search({
    indices,
    filter,
    context,
    signal,
    time: { fields: time, fromMs: nowMs + 1, toMs: lastMs },
    order: 'sequence',
    limit,
  })
  const ahead: EventDocument[] = []
  for await (const page of pages) ahead.push(...page)
  return ahead
}

function isSame(a: EventName, b: EventName): boolean {
  return a.id === b.id && a.index === b.index
}

/** Alerts take part in the sequences of such a rule, and are not offered as they are stored. */
function readsAlerts({ indices, owner }: WindowSearch): boolean {
  return compileIndexPatterns(withAlertAliases(indices))(alertIndexOf(owner.space))
}
