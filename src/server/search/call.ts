import { Fault, type JsonValue } from '#base'
import type { Permission } from '#api'
import type { FieldCatalogue } from '#event'
import { withAlertAliases } from '#detect'
import { jsonBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { meansAlerts } from './documents.ts'
import { withKeywordFields } from './keyword-fields.ts'
import { flagAt } from './read/members.ts'
import type { SearchWorld } from './world.ts'

/** One path of Elasticsearch's that reads what is stored, and its answer. */
export interface SearchRoute {
  readonly methods: readonly string[]
  /** `{name}` stands for one segment; `{index}` for one that does not begin with an underscore, or `_all`. */
  readonly path: string
  readonly needs: Permission | 'any-role'
  /** Parameters of the address that it knows, beside those that every route knows. */
  readonly parameters: readonly string[]
  answer(call: SearchCall): Promise<Answer>
}

/** One request to a {@link SearchRoute}. */
export interface SearchCall {
  readonly world: SearchWorld
  readonly fields: FieldCatalogue
  readonly query: URLSearchParams
  readonly signal: AbortSignal
  readonly method: string
  /** A part of the path; the empty text where it has none of that name. */
  part(name: string): string
  /** The index patterns of the path; all events where it has none. */
  readonly indices: readonly string[]
  body(): Promise<JsonValue | undefined>
  text(): Promise<string>
  /** Whether a parameter is there and says yes. */
  isAsked(parameter: string): boolean
}

const maxBodyBytes = 10 * 1024 * 1024

/** The {@link SearchCall} of a request. */
export function searchCall(
  world: SearchWorld,
  exchange: Exchange,
  {
    parts,
    text,
  }: { readonly parts: ReadonlyMap<string, string>; readonly text: () => Promise<string> },
): SearchCall {
  const { query, signal, method, request } = exchange
  return {
    world,
    fields: withKeywordFields(world.fields),
    query,
    signal,
    method,
    part: (name) => parts.get(name) ?? '',
    indices: indicesOf(parts.get('index')),
    body: () => jsonBodyOf(request, maxBodyBytes),
    text,
    isAsked: (parameter) => {
      const value = query.get(parameter)
      return value !== null && flagAt(value, parameter)
    },
  }
}

/** The patterns of a comma list; `_all`, or nothing, means every event. */
export function indicesOf(text: string | undefined): readonly string[] {
  const names = (text ?? '').split(',').filter((name) => name !== '')
  return names.length === 0 ? ['*'] : names.map((name) => (name === '_all' ? '*' : name))
}

/**
 * Refuses names without wildcard that nothing is stored under, unless the request says that they may be. Faults:
 * `not-found`, as Elasticsearch does, because a misspelt name would otherwise look like an answer.
 */
export async function demandIndices(
  { world, isAsked }: Pick<SearchCall, 'world' | 'isAsked'>,
  indices: readonly string[],
): Promise<void> {
  if (isAsked('ignore_unavailable')) return
  for (const name of indices) {
    if (name.includes('*') || name.startsWith('-')) continue
    const found = await world.events.indicesWith(withAlertAliases([name]))
    if (found.length > 0 || meansAlerts([name]) || world.isCreated(name)) continue
    throw new Fault(
      'not-found',
      'search.no-such-index',
      `no such index [${name}]: no event was sent to it; with ignore_unavailable=true it counts as empty`,
    )
  }
}
