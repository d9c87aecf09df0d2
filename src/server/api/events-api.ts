import type { Api } from '#api'
import { Fault } from '#base'
import { languageOf } from '#query'
import type { ApiWorld } from './api-world.ts'
import { instantOf } from './alerts-api.ts'

/** The part of the API that is about events. */
export function eventsApi({ events, fields, clock }: ApiWorld): Pick<Api, 'searchEvents'> {
  return {
    async searchEvents({ query = '', index = '*', from, to, limit = 100 }, signal) {
      const parsed = languageOf('kuery')?.parse(query)
      if (parsed === undefined) throw new Fault('internal', 'api.no-kuery', 'KQL is not there')
      if (!parsed.ok) {
        const told = parsed.error.map(({ message, span }) => `${message} (at ${span.start + 1})`)
        throw new Fault('invalid', 'api.invalid-query', told.join('; '))
      }
      const found = []
      const pages = events.search({
        indices: [index],
        filter: parsed.value,
        context: { fields, nowMs: clock.nowMs() },
        time: {
          fields: { primary: '@timestamp' },
          fromMs: from === undefined ? earliestMs : instantOf('from', from),
          toMs: to === undefined ? latestMs : instantOf('to', to),
        },
        order: 'time-descending',
        limit,
        ...(signal !== undefined && { signal }),
      })
      for await (const page of pages) {
        for (const { index: name, id, source } of page)
          found.push({ index: name, id, document: source })
      }
      return { events: found }
    },
  }
}

const earliestMs = -8.64e15
const latestMs = 8.64e15
