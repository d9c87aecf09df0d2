import { queryLanguage } from './query-routes.ts'
import { route } from './route.ts'
import { described, integer, list, object, optional, string } from '#base'
import { eventShape, instant } from './shapes.ts'

const limit = optional(described(integer({ minimum: 1, maximum: 10_000 }), 'default 100'))
const question = {
  query: optional(described(string({ maxLength: 20_000 }), 'absent or empty: all events')),
  language: optional(
    described(
      queryLanguage,
      'default kuery; of an EQL text on several events in their order: the events that any of its steps means',
    ),
  ),
  index: optional(described(string({ maxLength: 2_000 }), 'index patterns, default *')),
  from: optional(instant),
  to: optional(instant),
}
const id = string({ minLength: 1, maxLength: 512 })
const positive = integer({ minimum: 1 })

/** What can be asked about stored events. */
export const eventRoutes = {
  searchEvents: route({
    method: 'GET',
    path: '/api/events',
    summary: 'Events that match a query, newest first.',
    query: {
      ...question,
      limit,
      longest: optional(
        described(
          integer({ minimum: 1, maximum: 1_000_000 }),
          'longer texts are cut to so many characters and end in …; default: nothing is cut',
        ),
      ),
    },
    answer: object({ events: list(eventShape) }),
  }),
  getEvent: route({
    method: 'GET',
    path: '/api/events/{index}/{id}',
    summary: 'One event, whole.',
    params: { index: id, id },
    answer: eventShape,
  }),
  countEventsByTime: route({
    method: 'GET',
    path: '/api/events/histogram',
    summary: 'How many events match a query, by time; stretches without any are left out.',
    query: {
      ...question,
      every_s: optional(
        described(
          integer({ minimum: 1, maximum: 31_536_000 }),
          'seconds that a stretch takes, default 3600; they begin at multiples of it since the epoch',
        ),
      ),
    },
    answer: object({ buckets: list(object({ start: instant, events: positive })) }),
  }),
  countEventsByValue: route({
    method: 'GET',
    path: '/api/events/values',
    summary: 'The commonest values of a field in events that match a query.',
    query: { ...question, field: string({ minLength: 1, maxLength: 1_000 }), limit },
    answer: object({
      values: list(object({ value: string(), events: positive })),
      distinct: described(integer({ minimum: 0 }), 'how many different values there are in all'),
      events: described(integer({ minimum: 0 }), 'matching events that have the field'),
    }),
  }),
} as const
