import type { Api } from '#api'
import { Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'
import { instantOf } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'
import { filterOf } from './queries-api.ts'

type EventCalls = Pick<
  Api,
  'searchEvents' | 'getEvent' | 'countEventsByTime' | 'countEventsByValue'
>

/** The part of the API that is about events. */
export function eventsApi({ events, fields, clock }: ApiWorld): EventCalls {
  /** What is asked of the store; the question's pattern, text and times in its terms. */
  const questionOf = (
    { query = '', language = 'kuery', index = '*', from, to }: EventQuestion,
    signal: AbortSignal | undefined,
  ) => ({
    indices: [index],
    filter: filterOf(language, query, fields),
    context: { fields, nowMs: clock.nowMs() },
    time: {
      fields: { primary: '@timestamp' },
      fromMs: from === undefined ? earliestMs : instantOf('from', from),
      toMs: to === undefined ? latestMs : instantOf('to', to),
    },
    ...(signal !== undefined && { signal }),
  })

  return {
    async searchEvents({ limit = 100, longest, ...question }, signal) {
      const found = []
      const order = 'time-descending'
      const pages = events.search({ ...questionOf(question, signal), order, limit })
      for await (const page of pages) {
        for (const { index, id, source } of page) {
          found.push({
            index,
            id,
            document: longest === undefined ? source : cutTexts(source, longest),
          })
        }
      }
      return { events: found }
    },
    async getEvent({ index, id }) {
      const found = await events.get(index, id)
      if (found !== undefined) return { index, id, document: found.source }
      throw new Fault('not-found', 'event.not-found', `there is no event ${id} in ${index}`)
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
  readonly language?: 'kuery' | 'lucene' | 'eql' | undefined
  readonly index?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const earliestMs = -8.64e15
const latestMs = 8.64e15

/** The same document with no text longer than that. */
function cutTexts(document: JsonObject, longest: number): JsonObject {
  const cut = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') {
      return value.length > longest ? `${value.slice(0, longest)}…` : value
    }
    if (Array.isArray(value)) return value.map(cut)
    return isJsonObject(value) ? cutTexts(value, longest) : value
  }
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, cut(value)]))
}
