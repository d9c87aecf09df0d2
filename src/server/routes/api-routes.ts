import { Fault, type JsonObject, type JsonValue, type Schema, type SchemaProblem } from '#base'
import { routes, type Api, type Role, type RouteName } from '#api'
import { jsonBodyOf } from '../http/body.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'

const maxBodyBytes = 32 * 1024 * 1024

interface Found {
  readonly name: RouteName
  readonly params: { readonly [name: string]: string }
}

/**
 * The API over HTTP: paths, queries and bodies in, JSON out. Any role may learn that there is no such route.
 * Faults: `invalid` by the schemas of a route, `not-found`, and those of the API.
 */
export function apiSide(api: Api): Side {
  return {
    isMeant: ({ segments }) => segments[0] === 'api',
    needs(exchange) {
      const found = foundRoute(exchange)
      return found === undefined ? 'any-role' : routes[found.name].needs
    },
    async answer(exchange) {
      const found = foundRoute(exchange)
      if (found === undefined) throw unknownPath(exchange)
      const request = await requestOf(exchange, found)
      // The request was read by the schemas of this very route, which is what its function asks for.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      const ask = api[found.name] as (
        request: JsonObject,
        signal: AbortSignal,
        by: string | undefined,
        as: Role | undefined,
      ) => Promise<JsonObject>
      const { caller, signal } = exchange
      return { status: 200, body: await ask(request, signal, caller?.name, caller?.role) }
    },
  }
}

function foundRoute({ method, segments }: Exchange): Found | undefined {
  for (const name of names) {
    const route = routes[name]
    if (route.method !== method && !(method === 'HEAD' && route.method === 'GET')) continue
    const params = paramsOf(route.path, segments)
    if (params !== undefined) return { name, params }
  }
  return undefined
}

// `Object.keys` forgets the names that the table's type knows. Paths without parameters win over those with.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const names = (Object.keys(routes) as RouteName[]).toSorted(
  (a, b) => Number(routes[a].path.includes('{')) - Number(routes[b].path.includes('{')),
)

function paramsOf(
  path: string,
  segments: readonly string[],
): { readonly [name: string]: string } | undefined {
  const parts = path.split('/').filter((part) => part !== '')
  if (parts.length !== segments.length) return undefined
  const params: { [name: string]: string } = {}
  for (const [position, part] of parts.entries()) {
    const segment = segments[position] ?? ''
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment
    else if (part !== segment) return undefined
  }
  return params
}

function unknownPath({ method, segments }: Exchange): Fault {
  const path = `/${segments.join('/')}`
  const others = names.filter((name) => paramsOf(routes[name].path, segments) !== undefined)
  const methods = others.map((name) => routes[name].method).join(', ')
  const help = methods === '' ? 'GET /api/openapi.json lists what is' : `it answers ${methods}`
  return new Fault(
    'not-found',
    'api.unknown-path',
    `${method} ${path} is not part of the API; ${help}`,
  )
}

async function requestOf(exchange: Exchange, { name, params }: Found): Promise<JsonObject> {
  const route = routes[name]
  const query: { [name: string]: string } = {}
  for (const [key, value] of exchange.query) {
    query[key] = query[key] === undefined ? value : `${query[key]},${value}`
  }
  const checked = {
    ...checkedBy(route.params, params, ''),
    ...checkedBy(route.query, query, ''),
  }
  if (route.body === undefined) return checked
  const body = await jsonBodyOf(exchange.request, maxBodyBytes)
  return { ...checked, body: checkedBy(route.body, body ?? {}, 'body') }
}

function checkedBy(shape: Schema<unknown>, value: JsonValue, path: string): JsonObject {
  const read = shape.read(value, path)
  if (!read.ok) throw invalidRequest(read.error)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- params, queries and bodies are objects
  return read.value as JsonObject
}

function invalidRequest(problems: readonly SchemaProblem[]): Fault {
  const told = problems.slice(0, 10).map(({ path, message }) => `${path || 'body'}: ${message}`)
  return new Fault('invalid', 'api.invalid-request', told.join('; '))
}
