import { Fault, type JsonObject } from '#base'
import { filterPath } from '../bulk/filter-path.ts'
import { receiveBulk } from '../bulk/receive.ts'
import { bulkAnswer } from '../bulk/result.ts'
import { bodyOf, jsonBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'
import type { ElasticSide } from './elastic-side.ts'
import { clusterHealth, licenseAnswer, rootAnswer, xpackAnswer } from './identity.ts'
import { singleDocument } from './single-document.ts'
import { templateShelf } from './templates.ts'

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
    const fixed = reading ? fixedAnswer(segments.join('/')) : undefined
    if (fixed !== undefined) return fixed
    if (last === '_refresh' || last === '_flush') {
      return { status: 200, body: { _shards: { total: 1, successful: 1, failed: 0 } } }
    }
    if (writing && segments.length >= 2) {
      const single = await singleDocument(exchange, side)
      if (single !== undefined) return single
    }
    throw new Fault(
      'not-found',
      'elastic.unknown-path',
      `no handler found for uri [/${segments.join('/')}] and method [${method}]`,
    )
  }

  function fixedAnswer(path: string): Answer | undefined {
    const { identity } = side
    if (path === '_license') return { status: 200, body: licenseAnswer(identity) }
    if (path === '_xpack') return { status: 200, body: xpackAnswer(identity) }
    if (path === '_cluster/health') return { status: 200, body: clusterHealth }
    if (path === '_cat/health') {
      const body = `${Math.floor(side.clock.nowMs() / 1000)} vedette green 1 1\n`
      return { status: 200, body, contentType: 'text/plain; charset=UTF-8' }
    }
    if (path === '_nodes' || path === '_nodes/http') {
      return { status: 200, body: { cluster_name: 'vedette', nodes: {} } }
    }
    return undefined
  }

  async function bulk({ request, segments, query, signal, caller }: Exchange): Promise<Answer> {
    const startedMs = side.clock.nowMs()
    const defaultIndex = segments.length === 2 ? segments[0] : undefined
    const leave = await side.inFlight.enter(signal)
    try {
      const results = await receiveBulk(bodyOf(request, side.bodyLimits), {
        ingest: side.ingest,
        events: side.events,
        clock: side.clock,
        limits: side.bulkLimits,
        defaultIndex,
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

function filtered(body: JsonObject, query: URLSearchParams): JsonObject {
  const expression = query.get('filter_path')
  return expression === null ? body : filterPath(body, expression)
}

/** Clients look at the product header, and want the media type that they asked for. */
export function elasticManner(
  { request }: Pick<Exchange, 'request'>,
  { contentType, headers }: Pick<Answer, 'contentType' | 'headers'> = {},
): Pick<Answer, 'contentType' | 'headers'> {
  const version = /application\/vnd\.elasticsearch\+(?:x-nd)?json;\s*compatible-with=(\d+)/.exec(
    request.headers.accept ?? '',
  )?.[1]
  return {
    contentType:
      contentType ??
      (version === undefined
        ? 'application/json'
        : `application/vnd.elasticsearch+json;compatible-with=${version}`),
    headers: { ...headers, 'x-elastic-product': 'Elasticsearch' },
  }
}
