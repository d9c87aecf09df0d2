import type { Permission } from '#api'
import { Fault } from '#base'
import type { Answer, Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'
import { alertRoutes } from './alerts.ts'
import { kibanaCall, type KibanaRoute, type KibanaWorld } from './call.ts'
import { exceptionItemRoutes } from './exception-items.ts'
import { exceptionListRoutes } from './exception-lists.ts'
import { installationRoutes } from './installation.ts'
import { ruleExceptionRoutes } from './rule-exceptions.ts'
import { ruleBulkRoutes } from './rules-bulk.ts'
import { ruleExportRoutes } from './rules-export.ts'
import { ruleFindRoutes } from './rules-find.ts'
import { ruleImportRoutes } from './rules-import.ts'
import { ruleRoutes } from './rules.ts'
import { valueListItemRoutes } from './value-list-items.ts'
import { valueListRoutes } from './value-lists.ts'

/** Everything of Kibana's API that is answered here, with what it asks of whoever sends it. */
export const kibanaRoutes: readonly (KibanaRoute & { readonly needs: Permission })[] = [
  ...changedBy('manage', [
    ...installationRoutes,
    ...ruleRoutes,
    ...ruleFindRoutes,
    ...ruleBulkRoutes,
    ...ruleImportRoutes,
    ...ruleExportRoutes,
  ]),
  ...changedBy('triage', [
    ...ruleExceptionRoutes,
    ...exceptionListRoutes,
    ...exceptionItemRoutes,
    ...valueListRoutes,
    ...valueListItemRoutes,
    ...alertRoutes,
  ]),
]

function changedBy(permission: Permission, routes: readonly KibanaRoute[]) {
  return routes.map((route) => ({
    ...route,
    needs: route.method === 'GET' || route.isReading === true ? 'read' : permission,
  }))
}

const prefixes = new Set(['detection_engine', 'exception_lists', 'endpoint_list', 'lists'])

/**
 * Whether a request speaks to Kibana. `/api/status` is a path of our own too: tools of Kibana tell
 * themselves by the header that it wants of them.
 */
export function isForKibana({
  segments,
  request,
}: Pick<Exchange, 'segments' | 'request'>): boolean {
  if (segments[0] === 's') return segments[2] === 'api'
  if (segments[0] !== 'api') return false
  const [, room = '', thing] = segments
  if (prefixes.has(room)) return true
  if (room === 'exceptions') return thing === 'shared' && segments.length === 3
  return room === 'status' && request.headers['kbn-xsrf'] !== undefined
}

/**
 * Answers requests to Kibana; any role may learn what is not answered here. Faults: `not-found` for what is not
 * spoken here, and those of the routes.
 */
export function kibanaSide(world: KibanaWorld): Side {
  return {
    isMeant: isForKibana,
    needs: (exchange) => routesAt(exchange).route?.needs ?? 'any-role',
    answer: (exchange) => answerOf(world, exchange),
  }
}

async function answerOf(world: KibanaWorld, exchange: Exchange): Promise<Answer> {
  const { segments } = exchange
  if (isInOtherSpace(segments)) {
    const message = `there is no space ${segments[1] ?? ''}: everything is in the space default`
    throw new Fault('not-found', 'kibana.unknown-path', message)
  }
  const { route, here, path } = routesAt(exchange)
  if (route !== undefined) return route.answer(kibanaCall(world, exchange))
  const others = here.map((each) => each.method).join(', ')
  const help = others === '' ? 'this part of Kibana is not answered here' : `it takes ${others}`
  throw new Fault('not-found', 'kibana.unknown-path', `${exchange.method} ${path}: ${help}`)
}

function routesAt(exchange: Exchange) {
  const isSpaced = exchange.segments[0] === 's'
  const segments = isSpaced ? exchange.segments.slice(2) : exchange.segments
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method
  const here = isInOtherSpace(exchange.segments)
    ? []
    : kibanaRoutes.filter((route) => isPathOf(route.path, segments))
  return {
    here,
    route: here.find((each) => each.method === method),
    path: `/${segments.join('/')}`,
  }
}

function isInOtherSpace(segments: readonly string[]): boolean {
  return segments[0] === 's' && segments[1] !== 'default'
}

function isPathOf(path: string, segments: readonly string[]): boolean {
  const parts = path.slice(1).split('/')
  if (parts.length !== segments.length) return false
  return parts.every((part, at) => part.startsWith('{') || part === segments[at])
}
