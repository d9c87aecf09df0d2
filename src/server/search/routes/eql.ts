import { Fault } from '#base'
import { eql, type FilterPlan } from '#query'
import { demandIndices, type SearchCall, type SearchRoute } from '../call.ts'
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

/** Event queries of EQL; sequences and samples are for rules. */
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
  const { filter, pipes } = planOf(body['query'] ?? null, {
    call,
    categoryField: body['event_category_field'],
  })
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
  const context = { fields, nowMs: startedMs }
  for await (const page of documentsOf(world, { indices, filter: meant, context, signal })) {
    total += page.length
    for (const document of page) top.offer(document)
  }
  const shape = {
    source: (source: Parameters<typeof hitOf>[0]['document']['source']) => source,
    fields: readWantedFields(body['fields'], 'fields'),
    catalogue: fields,
    sort: [],
    withScore: true,
    withVersion: false,
    withSequence: false,
  }
  const taken = isFromEnd ? top.taken().toReversed() : top.taken()
  const events = taken.map((each) => {
    const { _score: _all, ...event } = hitOf(each, shape)
    return event
  })
  return {
    status: 200,
    body: {
      is_partial: false,
      is_running: false,
      took: world.clock.nowMs() - startedMs,
      timed_out: false,
      hits: { total: { value: total, relation: 'eq' }, events },
    },
  }
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
  if (plan.kind === 'events') return plan
  throw unsupportedAt(
    'query',
    `a ${plan.kind} is found by a rule of type eql, not by a search; search for its events one by one`,
  )
}
