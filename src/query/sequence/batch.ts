import { compareKeys, type JoinKey } from './join-keys.ts'
import { compareOrdinals, type Ordinal } from './ordinal.ts'
import type { SequenceMatch, SequenceShape, StagedEvent } from './sequence-match.ts'
import { rolesOf, slotsOf, type StageRoles } from './stage-roles.ts'

/**
 * Every sequence among all events of a stream, given in any order; listed by the place of their last event,
 * then by key: the slow, obvious reading of the specification that the streaming machine must agree with.
 * With `nowMs` the stream is known up to then, inclusive: what a later event could still undo is left out.
 */
export function matchSequences<E>(
  shape: SequenceShape,
  events: readonly StagedEvent<E>[],
  { nowMs = Number.POSITIVE_INFINITY }: { readonly nowMs?: number } = {},
): readonly SequenceMatch<E>[] {
  const sorted = events.toSorted((a, b) => compareOrdinals(a.at, b.at))
  const roles = rolesOf(shape)
  return candidatesOf(shape, roles, sorted)
    .filter((candidate) => isUndisturbed(candidate, { shape, roles, events: sorted, nowMs }))
    .toSorted((a, b) => compareOrdinals(lastOf(a).at, lastOf(b).at) || compareKeys(a.key, b.key))
    .map(({ key, events: matched }) => {
      const own = matched.map(({ event }) => event)
      const [first, last] = [firstOf({ events: matched }), lastOf({ events: matched })]
      const slots = slotsOf(shape, own)
      return { key, slots, events: own, firstMs: first.at.timeMs, lastAt: last.at }
    })
}

interface Candidate<E> {
  readonly key: JoinKey
  readonly events: readonly StagedEvent<E>[]
}

/** Stage by stage, over all events: what satisfies the positive stages. */
function candidatesOf<E>(
  { maxSpanMs = Number.POSITIVE_INFINITY }: SequenceShape,
  { positive }: StageRoles,
  events: readonly StagedEvent<E>[],
): readonly Candidate<E>[] {
  const [first = 0, ...others] = positive
  let waiting: readonly Candidate<E>[] = events.flatMap((event) =>
    (event.keysByStage[first] ?? []).map((key) => ({ key, events: [event] })),
  )
  for (const stage of others) {
    const advanced: Candidate<E>[] = []
    for (const event of events) {
      for (const key of event.keysByStage[stage] ?? []) {
        const earlier = waiting.filter((each) => isOf(each, key) && isBefore(lastOf(each), event))
        const latest = earlier.toSorted(byLast).at(-1)
        if (latest === undefined) continue
        waiting = waiting.filter((each) => !earlier.includes(each))
        if (event.at.timeMs - firstOf(latest).at.timeMs > maxSpanMs) continue
        if (isEnded(latest, event, events)) continue
        advanced.push({ key, events: [...latest.events, event] })
      }
    }
    waiting = advanced
  }
  return waiting
}

/** Whether an `until` event of the key stands at or after the candidate's last event, and before the next. */
function isEnded<E>(
  candidate: Candidate<E>,
  next: StagedEvent<E>,
  events: readonly StagedEvent<E>[],
): boolean {
  return events.some(
    (each) =>
      each.untilKeys.some((key) => isOf(candidate, key)) &&
      isBefore(each, next) &&
      !isBefore(each, lastOf(candidate)),
  )
}

interface Surroundings<E> {
  readonly shape: SequenceShape
  readonly roles: StageRoles
  readonly events: readonly StagedEvent<E>[]
  readonly nowMs: number
}

/** Whether no event stands where the plan says that none may. */
function isUndisturbed<E>(candidate: Candidate<E>, surroundings: Surroundings<E>): boolean {
  const { shape, roles, events, nowMs } = surroundings
  const { maxSpanMs = Number.POSITIVE_INFINITY } = shape
  const [first, last] = [firstOf(candidate), lastOf(candidate)]
  const inStages = (stages: readonly number[]) =>
    events.filter((each) =>
      stages.some((stage) => each.keysByStage[stage]?.some((key) => isOf(candidate, key))),
    )
  const isDisturbedBetween = candidate.events.some((event, n) => {
    const next = candidate.events[n + 1]
    if (next === undefined) return false
    return inStages(roles.between[n] ?? []).some(
      (each) => isBefore(event, each) && isBefore(each, next),
    )
  })
  if (isDisturbedBetween) return false
  const before = inStages(roles.leading).filter((each) => isBefore(each, first))
  const after = inStages(roles.trailing).filter((each) => isBefore(last, each))
  if (roles.trailing.length === 0) {
    return !before.some((each) => last.at.timeMs - each.at.timeMs <= maxSpanMs)
  }
  // With both, only the two together undo: no further apart than the span, so the latest before counts.
  const from = roles.leading.length === 0 ? first : before.at(-1)
  if (from === undefined) return true
  const endMs = from.at.timeMs + maxSpanMs
  return endMs <= nowMs && !after.some((each) => each.at.timeMs <= endMs)
}

function isOf(candidate: { readonly key: JoinKey }, key: JoinKey): boolean {
  return candidate.key.text === key.text
}

function isBefore(a: { readonly at: Ordinal }, b: { readonly at: Ordinal }): boolean {
  return compareOrdinals(a.at, b.at) < 0
}

function byLast<E>(a: Candidate<E>, b: Candidate<E>): number {
  return compareOrdinals(lastOf(a).at, lastOf(b).at)
}

function firstOf<E>({ events }: { readonly events: readonly StagedEvent<E>[] }): StagedEvent<E> {
  return must(events[0])
}

function lastOf<E>({ events }: { readonly events: readonly StagedEvent<E>[] }): StagedEvent<E> {
  return must(events.at(-1))
}

function must<E>(event: StagedEvent<E> | undefined): StagedEvent<E> {
  if (event === undefined) throw new Error('a candidate without events')
  return event
}
