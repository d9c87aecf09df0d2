import { demandIndices, type SearchCall, type SearchRoute } from '../call.ts'
import { documentsOf } from '../documents.ts'
import { openBudget } from '../limits.ts'
import { objectAt, objectOf } from '../read/members.ts'
import { readSearch } from '../read/read-search.ts'
import { oneSearch } from '../one-search.ts'
import { oneShard, searchAnswer } from '../run-search.ts'
import { firstPage } from './scroll.ts'

/** Parameters that say which indices may be missing, or nothing to a server of one part. */
export const indexParameters = [
  'ignore_unavailable',
  'allow_no_indices',
  'expand_wildcards',
  'ignore_throttled',
  'preference',
  'routing',
]

/** Parameters of a search. */
export const searchParameters = [
  ...indexParameters,
  '_source',
  '_source_includes',
  '_source_excludes',
  'allow_partial_search_results',
  'analyze_wildcard',
  'batched_reduce_size',
  'ccs_minimize_roundtrips',
  'default_operator',
  'df',
  'from',
  'lenient',
  'max_concurrent_shard_requests',
  'pre_filter_shard_size',
  'q',
  'request_cache',
  'rest_total_hits_as_int',
  'scroll',
  'search_type',
  'seq_no_primary_term',
  'size',
  'sort',
  'terminate_after',
  'timeout',
  'track_scores',
  'track_total_hits',
  'version',
]

/** Searches, and counts of what they mean. */
export const searchRoutes: readonly SearchRoute[] = ['/_search', '/{index}/_search']
  .map((path): SearchRoute => ({
    methods: ['GET', 'POST'],
    path,
    needs: 'read',
    parameters: searchParameters,
    answer: answerSearch,
  }))
  .concat(
    ['/_count', '/{index}/_count'].map((path): SearchRoute => ({
      methods: ['GET', 'POST'],
      path,
      needs: 'read',
      parameters: [
        ...indexParameters,
        'q',
        'df',
        'default_operator',
        'analyze_wildcard',
        'lenient',
        'terminate_after',
      ],
      answer: answerCount,
    })),
  )

async function answerSearch(call: SearchCall) {
  const body = await call.body()
  if (call.query.has('scroll')) return firstPage(call, objectAt(body ?? {}, 'body'))
  const { plan, outcome } = await oneSearch(call, {
    indices: call.indices,
    body,
    query: call.query,
  })
  const answer = searchAnswer(outcome, plan, {
    totalAsNumber: call.isAsked('rest_total_hits_as_int'),
  })
  return { status: 200, body: plan.pit === undefined ? answer : { pit_id: plan.pit, ...answer } }
}

async function answerCount(call: SearchCall) {
  const body = objectOf((await call.body()) ?? {}, 'body', ['query'])
  const { world, fields, signal, query, indices } = call
  const nowMs = world.clock.nowMs()
  await demandIndices(call, indices)
  const { filter } = readSearch(body, query, { fields, nowMs, budget: openBudget() })
  let count = 0
  for await (const page of documentsOf(world, {
    indices,
    filter,
    context: { fields, nowMs },
    signal,
  })) {
    count += page.length
  }
  return { status: 200, body: { count, _shards: oneShard } }
}
