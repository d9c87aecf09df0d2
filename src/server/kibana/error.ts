import { Fault, type JsonObject } from '#base'
import { statusOf } from '../http/status.ts'

const phrases: { readonly [status: number]: string } = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/**
 * The body by which Kibana tells an error. What its HTTP layer refuses (no token, unknown path, a request
 * that has not the shape of its route) and what a route refuses have different shapes there.
 */
export function kibanaError(fault: Fault): JsonObject {
  const status = statusOf(fault.kind)
  const byRoute = !/^(kibana\.(invalid-request|unknown-path)|server\.|auth\.)/.test(fault.code)
  return byRoute ? routeError(status, fault.message) : frameError(status, fault.message)
}

/** How a route tells an error. */
export function routeError(status: number, message: string): JsonObject {
  return { message, status_code: status }
}

/** How the HTTP layer tells an error. */
export function frameError(status: number, message: string): JsonObject {
  return { statusCode: status, error: phrases[status] ?? 'Error', message }
}

/** A `not-found` fault in the words of Kibana. */
export function missing(message: string): Fault {
  return new Fault('not-found', 'kibana.missing', message)
}

/** A `conflict` fault in the words of Kibana. */
export function taken(message: string): Fault {
  return new Fault('conflict', 'kibana.taken', message)
}

/** An `invalid` fault of a route. */
export function refused(message: string): Fault {
  return new Fault('invalid', 'kibana.refused', message)
}
