import { Fault, type JsonObject } from '#base'
import { eql, type FilterPlan } from '#query'
import { demandIndices, type SearchCall, type SearchRoute } from '../call.ts'
import { sequencesOf } from '../eql-sequences.ts'
import { hitOf } from '../hit.ts'
import { openBudget } from '../limits.ts'
import { filterAt } from '../read/query.ts'
import { flagAt, integerAt, objectOf, textAt, unsupportedAt, wordAt } from '../read/members.ts'
import { readSort } from '../read/sort.ts'
import { readWantedFields } from '../read/source-filter.ts'
import { documentsOf } from '../documents.ts'
import { topDocuments } from '../top-documents.ts'
import { indexParameters } from './search.ts'

const members = [
  'query',
  'size',
  'fetch_size',
  'filter',
  'event_category_field',
  'timestamp_field',
  'tiebreaker_field',
  'result_position',
  'fields',
  'keep_alive',
  'keep_on_completion',
  'wait_for_completion_timeout',
  'case_sensitive',
  'allow_partial_search_results',
  'allow_partial_sequence_results',
]

/** Event queries and sequences of EQL; samples are for rules. */
export const eqlRoutes: readonly SearchRoute[] = [
  {
    methods: ['GET', 'POST'],
    path: '/{index}/_eql/search',
    needs: 'read',
    parameters: [
      ...indexParameters,
      'keep_alive',
      'keep_on_completion',
      'wait_for_completion_timeout',
      'allow_partial_search_results',
      'allow_partial_sequence_results',
      'ccs_minimize_roundtrips',
    ],
    answer: answerEql,
  },
]

async function answerEql(call: SearchCall) {
  const { world, fields, signal, indices } = call
  const body = objectOf(await call.body(), 'body', members)
  const startedMs = world.clock.nowMs()
  await demandIndices(call, indices)
  const size =
    body['size'] === undefined ? 10 : integerAt(body['size'], 'size', { least: 0, most: 10_000 })
  const fromEnd =
    body['result_position'] === undefined ||
    wordAt(body['result_position'], 'result_position', ['head', 'tail']) === 'tail'
  const time =
    body['timestamp_field'] === undefined
      ? '@timestamp'
      : textAt(body['timestamp_field'], 'timestamp_field')
  if (body['case_sensitive'] !== undefined && !flagAt(body['case_sensitive'], 'case_sensitive')) {
    throw unsupportedAt(
      'case_sensitive',
      'must be true: operators that end in ~ are without regard to case',
    )
  }
  const plan = planOf(body['query'] ?? null, {
    call,
    categoryField: body['event_category_field'],
  })
  const context = { fields, nowMs: startedMs }
  const shape = {
    source: (source: Parameters<typeof hitOf>[0]['document']['source']) => source,
    fields: readWantedFields(body['fields'], 'fields'),
    catalogue: fields,
    sort: [],
    withScore: true,
    withVersion: false,
    withSequence: false,
  }
  const eventOf = (found: Parameters<typeof hitOf>[0]) => {
    const { _score: _all, ...event } = hitOf(found, shape)
    return event
  }
  const answered = (hits: JsonObject) => ({
    status: 200,
    body: {
      is_partial: false,
      is_running: false,
      took: world.clock.nowMs() - startedMs,
      timed_out: false,
      hits,
    },
  })
  if (plan.kind === 'sequence') {
    const sequences = await sequencesOf(world, {
      plan,
      indices,
      filter: filterAt(body['filter'], 'filter', fields),
      context,
      timeField: time,
      ...(body['tiebreaker_field'] !== undefined && {
        tiebreakerField: textAt(body['tiebreaker_field'], 'tiebreaker_field'),
      }),
      size,
      fromEnd,
      signal,
    })
    return answered({
      total: { value: sequences.length, relation: 'eq' },
      sequences: sequences.map(({ key, slots }) => ({
        ...(key.values.length > 0 && { join_keys: [...key.values] }),
        events: slots.map((document) =>
          document === undefined
            ? { _index: '', _id: '', _source: {}, missing: true }
            : eventOf({ document, values: [] }),
        ),
      })),
    })
  }
  const { filter, pipes } = plan
  const meant: FilterPlan = {
    kind: 'and',
    of: [filter, filterAt(body['filter'], 'filter', fields)],
  }
  const isFromEnd = pipes.at(-1)?.kind === undefined ? fromEnd : pipes.at(-1)?.kind === 'tail'
  const limit = Math.min(size, ...pipes.map(({ count }) => count))
  const keys = readSort(
    [{ [time]: isFromEnd ? 'desc' : 'asc' }, { _doc: isFromEnd ? 'desc' : 'asc' }],
    'timestamp_field',
    fields,
  )
  const top = topDocuments({ keys, limit, budget: openBudget() })
  let total = 0
  for await (const page of documentsOf(world, { indices, filter: meant, context, signal })) {
    total += page.length
    for (const document of page) top.offer(document)
  }
  const taken = isFromEnd ? top.taken().toReversed() : top.taken()
  return answered({ total: { value: total, relation: 'eq' }, events: taken.map(eventOf) })
}

function planOf(
  query: unknown,
  { call, categoryField }: { readonly call: SearchCall; readonly categoryField: unknown },
) {
  const { fields } = call
  const text = typeof query === 'string' ? query : ''
  const statement = eql.parse(text)
  if (!statement.ok) {
    const told = statement.error.map(
      ({ message, span }) => `${message} (at character ${span.start + 1})`,
    )
    throw new Fault('invalid', 'search.wrong-query', `[query] ${told.join('; ')}`)
  }
  const plan = eql.lower(statement.value, {
    fields,
    ...(typeof categoryField === 'string' && { categoryField }),
  })
  if (plan.kind !== 'sample') return plan
  throw unsupportedAt(
    'query',
    'a sample is found by a rule of type eql, not by a search; search for its events one by one',
  )
}
