import { route } from './route.ts'
import {
  anyObject,
  boolean,
  described,
  list,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'

const id = string({ minLength: 1, maxLength: 200 })
const text = string({ maxLength: 100_000 })
const language = oneOf('kuery', 'lucene')

/** A query that rules of type `saved_query` run by its id. */
export const savedQueryShape = object({
  id: described(string(), 'what rules name as saved_id'),
  title: string(),
  description: string(),
  language,
  query: string(),
  filters: described(list(anyObject()), 'filter objects of Kibana'),
  rules: described(list(string()), 'rule_id of each rule that runs it'),
})

/** {@link savedQueryShape} as a type. */
export type WireSavedQuery = Infer<typeof savedQueryShape>

/** What can be asked about saved queries. */
export const savedQueryRoutes = {
  listSavedQueries: route({
    method: 'GET',
    path: '/api/saved_queries',
    summary: 'Queries that rules run by their ids, by title.',
    answer: object({ saved_queries: list(savedQueryShape) }),
  }),
  getSavedQuery: route({
    method: 'GET',
    path: '/api/saved_queries/{id}',
    summary: 'One saved query.',
    params: { id },
    answer: savedQueryShape,
  }),
  putSavedQuery: route({
    method: 'PUT',
    path: '/api/saved_queries/{id}',
    summary: 'Adds or replaces a saved query; rules that run it run the new text from then on.',
    params: { id },
    body: object({
      title: optional(described(string({ maxLength: 500 }), 'default: the id')),
      description: optional(string({ maxLength: 10_000 })),
      language: optional(described(language, 'default kuery')),
      query: text,
      filters: optional(list(anyObject(), 1_000)),
    }),
    answer: savedQueryShape,
  }),
  removeSavedQuery: route({
    method: 'DELETE',
    path: '/api/saved_queries/{id}',
    summary: 'Removes a saved query; rules that run it run a query of their own, or fail.',
    params: { id },
    answer: object({ removed: boolean() }),
  }),
} as const
