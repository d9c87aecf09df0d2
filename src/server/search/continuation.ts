import { Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { SearchCall } from './call.ts'

/**
 * A search that goes on later: what a point in time or a scroll stands for. It is written out in its id, so that
 * nothing is held here for it, it never expires, and it outlives a restart. An id opens nothing that its holder may
 * not read anyhow.
 */
export interface Continuation {
  readonly kind: 'pit' | 'scroll'
  readonly indices: readonly string[]
  /** What arrived later is not there. */
  readonly upToSequence: number
  /** Of a scroll: the body of the search that comes next, and the hits that all its pages have. */
  readonly body?: JsonObject
  readonly total?: number
}

/** The id of a continuation. */
export function idOf(continuation: Continuation): string {
  return Buffer.from(JSON.stringify(continuation)).toString('base64url')
}

/** What an id stands for. Faults: `not-found` for a text that is no id of ours. */
export function continuationOf(id: string, kind: Continuation['kind']): Continuation {
  const value = parsed(id)
  if (isJsonObject(value) && value['kind'] === kind) {
    const { indices, upToSequence, body, total } = value
    const names = Array.isArray(indices) ? indices.filter((name) => typeof name === 'string') : []
    if (names.length > 0 && typeof upToSequence === 'number') {
      return {
        kind,
        indices: names,
        upToSequence,
        ...(isJsonObject(body) && { body }),
        ...(typeof total === 'number' && { total }),
      }
    }
  }
  const what = kind === 'pit' ? 'point in time' : 'scroll'
  const shownId = id.length > 100 ? `${id.slice(0, 100)}…` : id
  throw new Fault('not-found', 'search.no-such-context', `no ${what} has the id [${shownId}]`)
}

function parsed(id: string): JsonValue {
  try {
    return JSON.parse(Buffer.from(id, 'base64url').toString())
  } catch {
    return null
  }
}

/** What begins now, over the indices of a request. */
export function begun(
  kind: Continuation['kind'],
  { indices, world }: Pick<SearchCall, 'indices' | 'world'>,
): Continuation {
  return { kind, indices, upToSequence: world.events.sequences().last }
}
