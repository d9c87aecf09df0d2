import type { SequenceRange } from '#store'
import { withAlertAliases } from '../execution/alert-patterns.ts'
import {
  asksForIdentity,
  compileDocumentFilter,
  withoutIdentity,
} from '../execution/identity-fields.ts'
import { widthFor, type SpanNeeds } from './bucket-span.ts'
import { randomSeed } from './combination-hash.ts'
import type { FirstSeenRequest, HistorySearch } from './first-seen-history.ts'
import type { Learner } from './learning-group.ts'
import { sightingIndex, type SightingIndex } from './sighting-index.ts'

/**
 * How far the index for a rule's history is. `learning`: it reads the store, `ready`: it answers,
 * `given-up`: it would take more memory than there is, `failed`: the store refused, it is tried again.
 * While it is not ready, history is read from the store.
 */
export type FirstSeenState = 'learning' | 'ready' | 'given-up' | 'failed'

/** An index of a rule, for one effective filter. */
export interface KeptIndex extends Learner {
  readonly ruleUuid: string
  /** The questions that it can answer. */
  readonly key: string
  index: SightingIndex
  isClosed: boolean
  state: FirstSeenState
  /** Why it is given up or failed, and since when. */
  reason: string | undefined
  failedMs: number
  /** When it was made, and asked last, epoch milliseconds. */
  readonly madeMs: number
  askedMs: number
  /** What lay too far ahead is being learnt. */
  isCatchingAhead: boolean
  /** Combinations that changed since it was written, and through which sequence that was. */
  news: number
  writtenThrough: number
}

/** An index for a question, with everything to learn yet. */
export function newIndex(
  search: HistorySearch,
  request: FirstSeenRequest,
  { key, nowMs }: { readonly key: string; readonly nowMs: number },
): KeptIndex {
  const { filter, context, time } = search
  const widthMs = widthFor(needsOf(search, request))
  const settings = { fields: request.fields, time, widthMs, seed: randomSeed() }
  const kept: KeptIndex = {
    ruleUuid: search.owner.ruleUuid,
    key,
    filter: withoutIdentity(filter),
    context,
    indices: withAlertAliases(search.indices),
    identifies: asksForIdentity(filter) ? compileDocumentFilter(filter, context) : undefined,
    note: (news) => {
      kept.news += news
    },
    index: sightingIndex(settings, { nowMs }),
    isClosed: false,
    state: 'learning',
    reason: undefined,
    failedMs: 0,
    madeMs: nowMs,
    askedMs: nowMs,
    isCatchingAhead: false,
    news: 0,
    writtenThrough: 0,
  }
  return kept
}

/** The stretches of time that a question is about. */
export function needsOf(
  { window }: HistorySearch,
  { historyStartMs }: FirstSeenRequest,
): SpanNeeds {
  return {
    historyMs: Math.max(0, window.toMs - historyStartMs),
    windowMs: Math.max(0, window.toMs - window.fromMs),
  }
}

/** Whether a question's window is one of now, or of the executions just before. */
export function isOfNow(search: HistorySearch, request: FirstSeenRequest, nowMs: number): boolean {
  return search.dueMs >= nowMs - 2 * needsOf(search, request).windowMs
}

/** Whether an index is fine enough for a question of now, and reaches back as far. */
export function covers(
  { index }: KeptIndex,
  search: HistorySearch,
  request: FirstSeenRequest,
): boolean {
  const wantedMs = widthFor(needsOf(search, request))
  return index.keptFromMs() <= request.historyStartMs && index.settings.widthMs <= 2 * wantedMs
}

/** Whether so much was taken by retention that an index had better learn anew what is left; not all the time. */
export function isWornOut(
  { index, madeMs }: KeptIndex,
  { nowMs, stored }: { readonly nowMs: number; readonly stored: SequenceRange },
): boolean {
  return nowMs - madeMs > renewedEveryMs && !index.isSound(stored)
}

const renewedEveryMs = 21_600_000

/** Whether an index that was written down can stand for a new one: as fine, of the same stretch of time, and sound. */
export function suits(
  written: SightingIndex,
  fresh: SightingIndex,
  stored: SequenceRange,
): boolean {
  return (
    written.settings.widthMs === fresh.settings.widthMs &&
    written.keptFromMs() <= fresh.keptFromMs() &&
    written.isSound(stored)
  )
}

/** Whether so much is new that learning it again, after a crash, would cost more than writing it now. */
export function isWorthWriting(
  { news, index, state, writtenThrough }: KeptIndex,
  position: number,
): boolean {
  if (state !== 'ready') return false
  const some = index.entries() / 8
  return news > Math.max(5_000, some) || position - writtenThrough > Math.max(200_000, 2 * some)
}
