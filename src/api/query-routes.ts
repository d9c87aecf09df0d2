import { route } from './route.ts'
import { described, integer, list, number, object, oneOf, optional, string } from '#base'
import { diagnosticShape } from './shapes.ts'

/** The languages in which events can be asked for. */
export const queryLanguage = oneOf('kuery', 'lucene', 'eql')

/** The languages in which rules ask. */
export const ruleLanguage = oneOf('kuery', 'lucene', 'eql', 'esql')

/** What helps to write a query. */
export const queryRoutes = {
  checkQuery: route({
    method: 'POST',
    path: '/api/queries/check',
    needs: 'read',
    summary: 'What is wrong or doubtful about a query, with positions.',
    body: object({ language: ruleLanguage, text: string({ maxLength: 100_000 }) }),
    answer: object({ diagnostics: list(diagnosticShape) }),
  }),
  listFields: route({
    method: 'GET',
    path: '/api/fields',
    summary: 'The fields that queries can name, and how many of the newest events have each.',
    query: {
      index: optional(described(string({ maxLength: 2_000 }), 'index patterns, default *')),
    },
    answer: object({
      looked_at: described(integer({ minimum: 0 }), 'the newest events that were looked at'),
      fields: list(
        object({
          name: string(),
          type: string(),
          share: described(number(), 'of those events, 0 to 1'),
        }),
        100_000,
      ),
    }),
  }),
} as const
