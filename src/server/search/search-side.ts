import { Fault, visibleText } from '#base'
import { textBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import type { InFlight } from '../http/in-flight.ts'
import type { Side } from '../http/side.ts'
import { elasticManner, filtered } from '../elastic/manner.ts'
import { searchCall, type SearchRoute } from './call.ts'
import { documentRoutes } from './routes/documents.ts'
import { eqlRoutes } from './routes/eql.ts'
import { fieldRoutes } from './routes/fields.ts'
import { indexRoutes } from './routes/indices.ts'
import { multiSearchRoutes } from './routes/multi-search.ts'
import { scrollRoutes } from './routes/scroll.ts'
import { searchRoutes } from './routes/search.ts'
import type { SearchWorld } from './world.ts'

/** Everything of Elasticsearch's that reads what is stored. Where two routes fit a path, the first counts. */
export const readingRoutes: readonly SearchRoute[] = [
  ...scrollRoutes,
  ...searchRoutes,
  ...multiSearchRoutes,
  ...fieldRoutes,
  ...documentRoutes,
  ...eqlRoutes,
  ...indexRoutes,
]

const commonParameters = ['pretty', 'human', 'error_trace', 'filter_path']

/** Answers searches, as Elasticsearch does. Faults: `invalid` for what is not known here, and where; never silence. */
export function searchSide(world: SearchWorld, inFlight: InFlight): Side {
  return {
    isMeant: (exchange) => foundRoute(exchange) !== undefined,
    needs: (exchange) => foundRoute(exchange)?.route.needs ?? 'read',
    async answer(exchange) {
      const found = foundRoute(exchange)
      if (found === undefined)
        throw new Fault('internal', 'search.no-route', 'a search without a route')
      const { route, parts } = found
      demandKnown(exchange, route)
      const leave = await inFlight.enter(exchange.signal)
      try {
        const text = () => textBodyOf(exchange.request, maxTextBytes)
        const answer = await route.answer(searchCall(world, exchange, { parts, text }))
        return told(exchange, answer)
      } finally {
        leave()
      }
    },
  }
}

const maxTextBytes = 32 * 1024 * 1024

function told(exchange: Exchange, answer: Answer): Answer {
  const { body } = answer
  const left =
    typeof body === 'object' ? { ...answer, body: filtered(body, exchange.query) } : answer
  return { ...left, ...elasticManner(exchange, left) }
}

function foundRoute({ method, segments }: Exchange) {
  for (const route of readingRoutes) {
    if (!route.methods.includes(method)) continue
    const parts = partsOf(route.path, segments)
    if (parts !== undefined) return { route, parts }
  }
  return undefined
}

function partsOf(
  path: string,
  segments: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const wanted = path.slice(1).split('/')
  if (wanted.length !== segments.length) return undefined
  const parts = new Map<string, string>()
  for (const [at, part] of wanted.entries()) {
    const segment = segments[at] ?? ''
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) {
      if (part !== segment) return undefined
      continue
    }
    if (name === 'index' && segment.startsWith('_') && segment !== '_all') return undefined
    parts.set(name, segment)
  }
  return parts
}

/** What is passed over in silence would be taken for done. */
function demandKnown({ query, segments }: Exchange, { parameters }: SearchRoute): void {
  for (const name of query.keys()) {
    if (parameters.includes(name) || commonParameters.includes(name)) continue
    throw new Fault(
      'invalid',
      'search.unknown-parameter',
      `request [/${visibleText(segments.join('/').slice(0, 200))}] contains unrecognized parameter: [${visibleText(name.slice(0, 100))}]; leave it out`,
    )
  }
}
