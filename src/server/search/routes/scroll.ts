import type { JsonObject, JsonValue } from '#base'
import type { Answer } from '../../http/exchange.ts'
import { demandIndices, type SearchCall, type SearchRoute } from '../call.ts'
import { begun, continuationOf, idOf, type Continuation } from '../continuation.ts'
import { oneSearch } from '../one-search.ts'
import { objectOf, textsAt, wrongAt } from '../read/members.ts'
import { millisecondsAt } from '../read/read-search.ts'
import { toldSortValues } from '../read/sort.ts'
import { searchAnswer } from '../run-search.ts'

/** Points in time and scrolls: searches that are read page by page over what was there when they began. */
export const scrollRoutes: readonly SearchRoute[] = [
  ...['/_search/scroll', '/_search/scroll/{id}'].flatMap((path): readonly SearchRoute[] => [
    {
      methods: ['GET', 'POST'],
      path,
      needs: 'read',
      parameters: ['scroll', 'scroll_id', 'rest_total_hits_as_int'],
      answer: answerNextPage,
    },
    {
      methods: ['DELETE'],
      path,
      needs: 'read',
      parameters: ['scroll_id'],
      answer: async (call) =>
        freed(
          call.query.has('scroll_id') || call.part('id') !== ''
            ? 1
            : await idsIn(call, 'scroll_id'),
        ),
    },
  ]),
  {
    methods: ['POST'],
    path: '/{index}/_pit',
    needs: 'read',
    parameters: [
      'keep_alive',
      'ignore_unavailable',
      'preference',
      'routing',
      'expand_wildcards',
      'allow_partial_search_results',
    ],
    async answer(call) {
      millisecondsAt(call.query.get('keep_alive') ?? undefined, 'keep_alive')
      await demandIndices(call, call.indices)
      return {
        status: 200,
        body: {
          id: idOf(begun('pit', call)),
          _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
        },
      }
    },
  },
  {
    methods: ['DELETE'],
    path: '/_pit',
    needs: 'read',
    parameters: [],
    answer: async (call) => freed(await idsIn(call, 'id')),
  },
  // The same as OpenSearch names it.
  {
    methods: ['POST'],
    path: '/{index}/_search/point_in_time',
    needs: 'read',
    parameters: [
      'keep_alive',
      'preference',
      'routing',
      'expand_wildcards',
      'allow_partial_pit_creation',
    ],
    async answer(call) {
      await demandIndices(call, call.indices)
      return {
        status: 200,
        body: {
          pit_id: idOf(begun('pit', call)),
          _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
          creation_time: call.world.clock.nowMs(),
        },
      }
    },
  },
  {
    methods: ['DELETE'],
    path: '/_search/point_in_time',
    needs: 'read',
    parameters: [],
    async answer(call) {
      const body = objectOf(await call.body(), 'body', ['pit_id'])
      const pits = textsAt(body['pit_id'], 'pit_id').map((id) => ({ pit_id: id, successful: true }))
      return { status: 200, body: { pits } }
    },
  },
]

/** Nothing is held for an id, so letting go of one does nothing. */
function freed(count: number): Answer {
  return { status: 200, body: { succeeded: true, num_freed: count } }
}

async function idsIn(call: SearchCall, member: string): Promise<number> {
  const body = objectOf((await call.body()) ?? {}, 'body', [member])
  return textsAt(body[member], member).length
}

/** The first page of a scroll: a search over a point in time, which is taken now. */
export async function firstPage(call: SearchCall, body: JsonObject): Promise<Answer> {
  millisecondsAt(call.query.get('scroll') ?? undefined, 'scroll')
  await demandIndices(call, call.indices)
  const query = new URLSearchParams(call.query)
  // What stands in the address stands in the body from the second page on.
  const own: { [name: string]: JsonValue } = { ...body, track_total_hits: true }
  for (const name of ['size', 'from', 'sort', '_source']) {
    const value = query.get(name)
    if (value !== null)
      own[name] = name === 'sort' || name === '_source' ? value.split(',') : Number(value)
  }
  for (const name of ['size', 'sort', 'from', '_source', 'track_total_hits']) query.delete(name)
  return page(call, { ...begun('scroll', call), body: own }, query)
}

async function answerNextPage(call: SearchCall): Promise<Answer> {
  const body = objectOf((await call.body()) ?? {}, 'body', ['scroll_id', 'scroll'])
  const id = body['scroll_id'] ?? call.query.get('scroll_id') ?? call.part('id')
  if (typeof id !== 'string' || id === '') throw wrongAt('scroll_id', 'is missing')
  return page(call, continuationOf(id, 'scroll'), new URLSearchParams())
}

async function page(
  call: SearchCall,
  scroll: Continuation,
  query: URLSearchParams,
): Promise<Answer> {
  const { indices, upToSequence, body = {} } = scroll
  const pit = idOf({ kind: 'pit', indices, upToSequence })
  const { plan, outcome } = await oneSearch(call, {
    indices,
    body: { ...body, pit: { id: pit } },
    query,
  })
  const total = scroll.total ?? outcome.total?.value ?? 0
  const last = outcome.hits.at(-1)
  const { aggs: _aggs, aggregations: _aggregations, from: _from, ...rest } = body
  const next: Continuation = {
    ...scroll,
    total,
    body: {
      ...rest,
      track_total_hits: false,
      ...(last !== undefined && { search_after: toldSortValues(last.values, plan.sort) }),
    },
  }
  // Who asked for no order is told of none.
  const hasOrder = body['sort'] !== undefined
  const shape = hasOrder ? plan.shape : { ...plan.shape, sort: [], withScore: true }
  const answer = searchAnswer(
    { ...outcome, total: { value: total, relation: 'eq' } },
    { ...plan, shape },
    { totalAsNumber: call.isAsked('rest_total_hits_as_int') },
  )
  return { status: 200, body: { _scroll_id: idOf(next), ...answer } }
}
