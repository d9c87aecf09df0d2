import { hashOf } from '#base'
import type { AskedFilter } from '#query'
import type { SearchRequest, TimeFields, TimeRange } from '#store'
import { filterMeaning } from '../execution/filter-meaning.ts'

/** What a rule asks of one window after the other: everything of a search but its time. */
export interface RecurringQuestion extends AskedFilter {
  /** The same for questions that mean the same events. */
  readonly key: string
  readonly indices: readonly string[]
  readonly timeFields: TimeFields
}

/** A search for all events of a stretch of time that will be made again for a later one. */
export type RecurringSearch = SearchRequest & { readonly time: TimeRange }

/** The question of a search; undefined where another time makes it another question. */
export function questionOf(search: RecurringSearch): RecurringQuestion | undefined {
  const { filter, context, indices, time } = search
  const meaning = filterMeaning(filter)
  if (meaning.isOfTheMoment) return undefined
  const { primary, secondary } = time.fields
  const key = hashOf(
    'question',
    meaning.key,
    JSON.stringify([indices, primary, secondary, context.fields.version]),
  )
  return { key, filter, context, indices, timeFields: time.fields }
}
