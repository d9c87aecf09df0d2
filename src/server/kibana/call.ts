import { Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { ApiWorld } from '../api/api-world.ts'
import type { ElasticIdentity } from '../elastic/identity.ts'
import { jsonBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'

/** What the Kibana-like side of the server works on. */
export type KibanaWorld = Pick<
  ApiWorld,
  | 'rules'
  | 'exceptions'
  | 'alerts'
  | 'cases'
  | 'feed'
  | 'fields'
  | 'clock'
  | 'connectors'
  | 'gaps'
  | 'manualRuns'
  | 'savedQueries'
> & { readonly identity: ElasticIdentity }

/** One request on its way through a route. */
export interface KibanaCall {
  readonly world: KibanaWorld
  readonly exchange: Exchange
  readonly query: URLSearchParams
  /** The JSON body; undefined for an empty one. Faults: `invalid`, `too-large`. */
  body(): Promise<JsonValue | undefined>
}

/** One thing that Kibana's API can be asked. */
export interface KibanaRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** A POST that changes nothing: whoever may read may ask it. */
  readonly isReading?: true
  answer(call: KibanaCall): Promise<Answer>
}

const maxBodyBytes = 32 * 1024 * 1024

/** A {@link KibanaCall} of an exchange. */
export function kibanaCall(world: KibanaWorld, exchange: Exchange): KibanaCall {
  return {
    world,
    exchange,
    query: exchange.query,
    body: () => jsonBodyOf(exchange.request, maxBodyBytes),
  }
}

/** Kibana's answer where a request has not the shape of its route. */
export function invalidRequest(part: 'body' | 'query', message: string): Fault {
  return new Fault('invalid', 'kibana.invalid-request', `[request ${part}]: ${message}`)
}

/** The body as an object. Faults: `invalid` for anything else. */
export async function objectBody(call: KibanaCall): Promise<JsonObject> {
  const body = await call.body()
  if (isJsonObject(body ?? null)) return Object(body)
  throw invalidRequest('body', 'expected an object')
}

/** A text member, undefined where it is missing. Faults: `invalid` where it is no text. */
export function textMember(body: JsonObject, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw invalidRequest('body', `${name}: expected string, received ${typeof value}`)
}

/** A text member that must be there and not be empty. Faults: `invalid`. */
export function requiredText(body: JsonObject, name: string): string {
  const value = textMember(body, name)
  if (value !== undefined && value !== '') return value
  throw invalidRequest('body', `${name}: Required`)
}

/** Texts of a list member; empty where it is missing. Faults: `invalid`. */
export function textsMember(body: JsonObject, name: string): readonly string[] {
  const value = body[name] ?? []
  if (!Array.isArray(value)) throw invalidRequest('body', `${name}: expected array`)
  return value.map((each: JsonValue) => {
    if (typeof each === 'string') return each
    throw invalidRequest('body', `${name}: expected strings`)
  })
}

/** A claim in a query string; false where it is missing. */
export function flagIn(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true'
}

/** Which page of a list is asked for. */
export interface PageAsked {
  readonly page: number
  readonly perPage: number
}

/** `page` and `per_page` of a query string, by default the first twenty. Faults: `invalid`. */
export function pageAsked(query: URLSearchParams): PageAsked {
  return {
    page: wholeNumber(query, 'page', { least: 1, usual: 1 }),
    perPage: wholeNumber(query, 'per_page', { least: 0, usual: 20 }),
  }
}

const largestPage = 10_000

function wholeNumber(
  query: URLSearchParams,
  name: string,
  { least, usual }: { readonly least: number; readonly usual: number },
): number {
  const text = query.get(name)
  if (text === null || text === '') return usual
  const number = Number(text)
  const most = name === 'per_page' ? largestPage : Number.MAX_SAFE_INTEGER
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number
  throw invalidRequest('query', `${name}: expected a whole number from ${least} to ${most}`)
}

/** One page of rows in memory. */
export function pageOf<T>(rows: readonly T[], { page, perPage }: PageAsked): readonly T[] {
  return rows.slice((page - 1) * perPage, page * perPage)
}

/** An answer that is any JSON value. */
export function ok(value: JsonValue): Answer {
  return { status: 200, body: JSON.stringify(value) }
}
