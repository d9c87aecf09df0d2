import type { EventDocument } from '#event'
import { eventMsOf } from '../../execution/event-time.ts'
import { turns } from '../../execution/turns.ts'
import {
  combinationCountOf,
  combinationsOf,
  compareCombinations,
  maxCombinationsOfDocument,
  type Combination,
} from '../../first-seen/combination.ts'
import type { Term, TermField } from '../../first-seen/term.ts'
import type { WindowSearch } from '../../rule-type.ts'
import type { ToldGroups } from './told-groups.ts'

/** What a threshold rule counts. */
export interface ThresholdQuestion {
  /** Events are grouped by their values; none: all events are one group. */
  readonly fields: readonly TermField[]
  /** Events of a group that make an alert. */
  readonly atLeast: number
  /** Distinct values that these events must have. */
  readonly distinct?: { readonly field: TermField; readonly atLeast: number }
}

/** The events of one group in a window. */
export interface Bucket {
  readonly group: Combination
  readonly count: number
  /** Times of its first and last event, epoch milliseconds. */
  readonly startMs: number
  readonly endMs: number
  /** How many distinct values its events have, where the rule asks for that. */
  readonly distinct?: number
}

/** A page of a window's groups, ascending. */
export interface BucketPage {
  readonly buckets: readonly Bucket[]
  /** Groups that the next page comes after. */
  readonly last: Combination | undefined
  readonly hasMore: boolean
}

/** A bucket that is being filled. */
interface Filling {
  readonly group: Combination
  count: number
  startMs: number
  endMs: number
  readonly values: Set<Term> | undefined
}

/** How much one pass over a window may hold; a window with more takes several. */
export interface PassLimits {
  readonly groups: number
  /** Distinct values over all groups; when they are more, fewer groups are counted. Of one group no more are counted. */
  readonly values: number
}

/** Some hundred megabytes at the worst. */
const usualLimits: PassLimits = { groups: 50_000, values: 1_000_000 }

/**
 * The groups of a window after a given one, smallest first, without events that are told. One pass over
 * the window's events; memory holds a bounded number of groups and values, however many there are.
 */
export async function bucketsIn(
  search: WindowSearch,
  question: ThresholdQuestion,
  {
    told,
    after,
    limits = usualLimits,
  }: {
    readonly told: ToldGroups
    readonly after: Combination | undefined
    readonly limits?: PassLimits | undefined
  },
): Promise<BucketPage> {
  const shelf = bucketShelf(question.fields, limits)
  const others = turns()
  const compare = compareCombinations(question.fields)
  for await (const event of eventsOf(search)) {
    const ms = eventMsOf(event.source, search.time)
    if (ms === undefined) continue
    const contributed = combinationCountOf(event.source, question.fields)
    if (contributed > maxCombinationsOfDocument) warnOfTooMany(search, event, contributed)
    await others.take(contributed)
    if (isTold(event, ms, { question, told })) continue
    const values = question.distinct?.field.termsOf(event.source)
    for (const group of combinationsOf(event.source, question.fields)) {
      if (after === undefined || compare(group, after) > 0) shelf.put(group, ms, values)
    }
  }
  return shelf.page()
}

async function* eventsOf(search: WindowSearch): AsyncGenerator<EventDocument> {
  const { indices, context, filter, reader, signal, time, window } = search
  const range = { fields: time, ...window }
  const pages = reader.search({ indices, context, filter, signal, time: range, order: 'sequence' })
  for await (const page of pages) yield* page
}

/** An event of several groups is told when any of them has been told up to it. */
function isTold(
  { source }: EventDocument,
  ms: number,
  { question, told }: { readonly question: ThresholdQuestion; readonly told: ToldGroups },
): boolean {
  if (told.size === 0) return false
  for (const { key } of combinationsOf(source, question.fields)) {
    const endMs = told.get(key)
    if (endMs !== undefined && ms <= endMs) return true
  }
  return false
}

function bucketShelf(fields: readonly TermField[], limits: PassLimits) {
  const compare = compareCombinations(fields)
  let filling = new Map<string, Filling>()
  let values = 0
  let greatest: Combination | undefined
  let hasMore = false
  const cut = (limit: number): void => {
    const sorted = [...filling.values()].toSorted((a, b) => compare(a.group, b.group))
    const kept = sorted.slice(0, limit)
    hasMore ||= kept.length < sorted.length
    if (kept.length < sorted.length) greatest = kept.at(-1)?.group
    filling = new Map(kept.map((bucket) => [bucket.group.key, bucket]))
    values = kept.reduce((sum, bucket) => sum + (bucket.values?.size ?? 0), 0)
  }
  const bucketOf = (group: Combination, ms: number, counts: boolean): Filling | undefined => {
    const known = filling.get(group.key)
    if (known !== undefined) return known
    if (greatest !== undefined && compare(group, greatest) > 0) {
      hasMore = true
      return undefined
    }
    const fresh = {
      group,
      count: 0,
      startMs: ms,
      endMs: ms,
      values: counts ? new Set<Term>() : undefined,
    }
    filling.set(group.key, fresh)
    return fresh
  }
  return {
    put(group: Combination, ms: number, terms: readonly Term[] | undefined): void {
      const bucket = bucketOf(group, ms, terms !== undefined)
      if (bucket === undefined) return
      bucket.count++
      bucket.startMs = Math.min(bucket.startMs, ms)
      bucket.endMs = Math.max(bucket.endMs, ms)
      for (const term of terms ?? []) {
        if (bucket.values === undefined || bucket.values.has(term)) continue
        if (bucket.values.size >= limits.values) break
        bucket.values.add(term)
        values++
      }
      if (filling.size >= 2 * limits.groups) cut(limits.groups)
      if (values > limits.values && filling.size > 1) cut(Math.ceil(filling.size / 2))
    },
    page(): BucketPage {
      cut(limits.groups)
      const kept = [...filling.values()]
      const buckets = kept.map(({ values: held, ...bucket }) => ({
        ...bucket,
        ...(held === undefined ? {} : { distinct: held.size }),
      }))
      return { buckets, last: kept.at(-1)?.group, hasMore }
    },
  }
}

function warnOfTooMany(search: WindowSearch, { index, id }: EventDocument, count: number): void {
  const message = `event ${id} in ${index} belongs to ${count} groups; the first ${maxCombinationsOfDocument} were looked at`
  search.warn('too_many_combinations', message)
}
