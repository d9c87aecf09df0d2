import type { EventDocument } from '#event'
import { eventMsOf } from '../../execution/event-time.ts'
import { turns } from '../../execution/turns.ts'
import {
  combinationCountOf,
  combinationsOf,
  maxCombinationsOfDocument,
} from '../../first-seen/combination.ts'
import type { TermField } from '../../first-seen/term.ts'
import type { WindowSearch } from '../../rule-type.ts'
import { bucketShelf, type Bucket, type GroupPlace, type PassLimits } from './bucket-shelf.ts'
import { roughCounts } from './rough-counts.ts'
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

/** Some hundred megabytes at the worst. */
const usualLimits: PassLimits = { groups: 50_000, values: 1_000_000 }

/**
 * The groups of a window that have enough events, ascending, in pages; events that are told do not count.
 * Memory holds a bounded number of groups and values, however many there are: what does not fit takes
 * further passes over the window's events, which look only at groups that may have enough.
 */
export async function* bucketsIn(
  search: WindowSearch,
  question: ThresholdQuestion,
  {
    told,
    limits = usualLimits,
  }: { readonly told: ToldGroups; readonly limits?: PassLimits | undefined },
): AsyncGenerator<readonly Bucket[]> {
  const met = roughCounts()
  const others = turns()
  let after: GroupPlace | undefined
  for (let pass = 0; ; pass++) {
    search.noteSearch('findThresholdBuckets')
    const shelf = bucketShelf(question.fields, { limits, after })
    for await (const event of eventsOf(search)) {
      const ms = eventMsOf(event.source, search.time)
      if (ms === undefined) continue
      const contributed = combinationCountOf(event.source, question.fields)
      if (contributed > maxCombinationsOfDocument) warnOfTooMany(search, event, contributed)
      await others.take(contributed)
      if (isTold(event, ms, { question, told })) continue
      const values = question.distinct?.field.termsOf(event.source)
      for (const group of combinationsOf(event.source, question.fields)) {
        if (pass === 0) met.add(group.key)
        else if (met.atMost(group.key) < question.atLeast) continue
        shelf.put(group, { ms, values })
      }
    }
    const { buckets, last, hasMore } = shelf.taken()
    yield buckets.filter((bucket) => isReached(bucket, question))
    if (!hasMore) return
    after = last
  }
}

function isReached({ count, distinct = 0 }: Bucket, question: ThresholdQuestion): boolean {
  return count >= question.atLeast && distinct >= (question.distinct?.atLeast ?? 0)
}

async function* eventsOf(search: WindowSearch): AsyncGenerator<EventDocument> {
  const { indices, context, filter, reader, signal, time, window } = search
  const range = { fields: time, ...window }
  const pages = reader.search({
    indices,
    context,
    filter,
    signal,
    time: range,
    order: 'sequence',
    recurs: true,
  })
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

function warnOfTooMany(search: WindowSearch, { index, id }: EventDocument, count: number): void {
  const message = `event ${id} in ${index} belongs to ${count} groups; the first ${maxCombinationsOfDocument} were looked at`
  search.warn('too_many_combinations', message)
}
