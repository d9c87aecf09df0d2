import type { Api } from '#api'
import { Fault } from '#base'
import { languageOf, type FilterPlan } from '#query'
import { instantOf } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'

/** The part of the API that is about events. */
export function eventsApi({
  events,
  fields,
  clock,
}: ApiWorld): Pick<Api, 'searchEvents' | 'countEventsByTime' | 'countEventsByValue'> {
  /** What is asked of the store; the question's pattern, text and times in its terms. */
  const questionOf = (
    { query = '', index = '*', from, to }: EventQuestion,
    signal: AbortSignal | undefined,
  ) => ({
    indices: [index],
    filter: filterOf(query),
    context: { fields, nowMs: clock.nowMs() },
    time: {
      fields: { primary: '@timestamp' },
      fromMs: from === undefined ? earliestMs : instantOf('from', from),
      toMs: to === undefined ? latestMs : instantOf('to', to),
    },
    ...(signal !== undefined && { signal }),
  })

  return {
    async searchEvents({ limit = 100, ...question }, signal) {
      const found = []
      const order = 'time-descending'
      const pages = events.search({ ...questionOf(question, signal), order, limit })
      for await (const page of pages) {
        for (const { index, id, source } of page) found.push({ index, id, document: source })
      }
      return { events: found }
    },
    async countEventsByTime({ every_s: everySeconds = 3_600, ...question }, signal) {
      const bucketMs = everySeconds * 1_000
      const buckets = await events.histogram({ ...questionOf(question, signal), bucketMs })
      return {
        buckets: buckets.map(({ startMs, events: count }) => ({
          start: new Date(startMs).toISOString(),
          events: count,
        })),
      }
    },
    async countEventsByValue({ field, limit = 100, ...question }, signal) {
      return events.topValues({ ...questionOf(question, signal), field, limit })
    },
  }
}

interface EventQuestion {
  readonly query?: string | undefined
  readonly index?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

function filterOf(query: string): FilterPlan {
  const parsed = languageOf('kuery')?.parse(query)
  if (parsed === undefined) throw new Fault('internal', 'api.no-kuery', 'KQL is not there')
  if (parsed.ok) return parsed.value
  const told = parsed.error.map(({ message, span }) => `${message} (at ${span.start + 1})`)
  throw new Fault('invalid', 'api.invalid-query', told.join('; '))
}

const earliestMs = -8.64e15
const latestMs = 8.64e15
