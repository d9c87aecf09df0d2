import type { JsonObject } from '#base'
import { filterPath } from '../bulk/filter-path.ts'
import type { Answer, Exchange } from '../http/exchange.ts'

/** What `filter_path` leaves of an answer; all of it where that is not asked for. */
export function filtered(body: JsonObject, query: URLSearchParams): JsonObject {
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
