import { Fault } from '#base'
import { receiveBulk } from '../bulk/receive.ts'
import { bulkAnswer } from '../bulk/result.ts'
import { bodyOf, jsonBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'
import type { ElasticSide } from './elastic-side.ts'
import { clusterHealth, licenseAnswer, nodesAnswer, rootAnswer, xpackAnswer } from './identity.ts'
import { demandsOf } from './demands.ts'
import { elasticManner, filtered } from './manner.ts'
import { singleDocument } from './single-document.ts'
import { templateShelf } from './templates.ts'

/** What changes or removes documents that are there. */
const changing = new Set(['_update', '_update_by_query', '_delete_by_query', '_reindex'])

const maxTemplateBytes = 8 * 1024 * 1024

/**
 * Answers what shippers and clients of Elasticsearch ask; `not-found` faults for what is not spoken here.
 * Clients of any role look at what kind of server this is.
 */
export function elasticSide(side: ElasticSide): Side {
  const templates = templateShelf()
  return {
    isMeant: () => true,
    needs: ({ method }) => (method === 'GET' || method === 'HEAD' ? 'any-role' : 'ingest'),
    async answer(exchange) {
      const answer = await answerOf(exchange)
      return { ...answer, ...elasticManner(exchange, answer) }
    },
  }

  async function answerOf(exchange: Exchange): Promise<Answer> {
    const { method, segments, request } = exchange
    const reading = method === 'GET' || method === 'HEAD'
    const writing = method === 'POST' || method === 'PUT'
    const last = segments.at(-1)
    if (segments.length === 0 && reading) return { status: 200, body: rootAnswer(side.identity) }
    if (writing && last === '_bulk' && segments.length <= 2) return bulk(exchange)
    if (templates.isAbout(segments)) {
      const body = writing ? await jsonBodyOf(request, maxTemplateBytes) : undefined
      return templates.answer(method, segments, body)
    }
    const made = segments.length === 1 ? await indexAnswer(method, segments[0] ?? '') : undefined
    if (made !== undefined) return made
    const fixed = reading ? fixedAnswer(segments.join('/'), exchange) : undefined
    if (fixed !== undefined) return fixed
    if (last === '_refresh' || last === '_flush') {
      return { status: 200, body: { _shards: { total: 1, successful: 1, failed: 0 } } }
    }
    if (writing && segments.length >= 2) {
      const single = await singleDocument(exchange, side)
      if (single !== undefined) return single
    }
    if (segments.some((segment) => changing.has(segment)) || method === 'DELETE') {
      throw new Fault(
        'invalid',
        'elastic.append-only',
        `[${method} /${segments.join('/')}] is not done: events are append-only and go only by retention; send new ones with _bulk`,
      )
    }
    throw new Fault(
      'not-found',
      'elastic.unknown-path',
      `no handler found for uri [/${segments.join('/')}] and method [${method}]`,
    )
  }

  /** An index is there once something was sent to it; a client may make it before, and then finds it. */
  async function indexAnswer(method: string, index: string): Promise<Answer | undefined> {
    if (index.startsWith('_')) return undefined
    const isThere = async () =>
      side.created.has(index) || (await side.events.indicesWith([index])).length > 0
    if (method === 'HEAD') return { status: (await isThere()) ? 200 : 404 }
    if (method === 'PUT') {
      if (await isThere()) {
        throw new Fault('invalid', 'elastic.index-exists', `index [${index}] already exists`)
      }
      side.created.add(index)
      return { status: 200, body: { acknowledged: true, shards_acknowledged: true, index } }
    }
    if (method !== 'DELETE') return undefined
    throw new Fault(
      'invalid',
      'elastic.append-only',
      `[${index}] is not deleted: events go only by retention, an option of the server`,
    )
  }

  function fixedAnswer(path: string, { request }: Exchange): Answer | undefined {
    const { identity } = side
    if (path === '_license') return { status: 200, body: licenseAnswer(identity) }
    if (path === '_xpack') return { status: 200, body: xpackAnswer(identity) }
    if (path === '_cluster/health') return { status: 200, body: clusterHealth }
    if (path === '_cat/health') {
      const body = `${Math.floor(side.clock.nowMs() / 1000)} vedette green 1 1\n`
      return { status: 200, body, contentType: 'text/plain; charset=UTF-8' }
    }
    const nodes = /^_nodes(?:\/(?:_all|_local|[\w-]+))?(?:\/(http|stats|info))?$/.exec(path)
    if (nodes !== null) return { status: 200, body: nodesAnswer(identity, request.socket) }
    if (path === '_cluster/settings')
      return { status: 200, body: { persistent: {}, transient: {} } }
    return undefined
  }

  async function bulk({ request, segments, query, signal, caller }: Exchange): Promise<Answer> {
    const startedMs = side.clock.nowMs()
    const index = segments.length === 2 ? segments[0] : undefined
    const leave = await side.inFlight.enter(signal)
    try {
      const results = await receiveBulk(bodyOf(request, side.bodyLimits), {
        ingest: side.ingest,
        events: side.events,
        clock: side.clock,
        limits: side.bulkLimits,
        defaults: { index, ...demandsOf(query) },
        caller,
      })
      if (results.length === 0) {
        throw new Fault('invalid', 'bulk.empty', 'Validation Failed: 1: no requests added;')
      }
      return {
        status: 200,
        body: filtered(bulkAnswer(results, side.clock.nowMs() - startedMs), query),
      }
    } finally {
      leave()
    }
  }
}
