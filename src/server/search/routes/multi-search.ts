import { Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'
import { elasticError, faultOf, statusOf } from '../../http/status.ts'
import { indicesOf, type SearchCall, type SearchRoute } from '../call.ts'
import { oneSearch } from '../one-search.ts'
import { searchAnswer } from '../run-search.ts'

/** Searches in one request, at most. */
const maxSearches = 100

/** Several searches in one request: a line of where, a line of what, again and again; each has its own answer. */
export const multiSearchRoutes: readonly SearchRoute[] = ['/_msearch', '/{index}/_msearch'].map(
  (path): SearchRoute => ({
    methods: ['GET', 'POST'],
    path,
    needs: 'read',
    parameters: [
      'rest_total_hits_as_int',
      'max_concurrent_searches',
      'max_concurrent_shard_requests',
      'ccs_minimize_roundtrips',
      'pre_filter_shard_size',
      'search_type',
    ],
    async answer(call) {
      const startedMs = call.world.clock.nowMs()
      const searches = searchesIn(await call.text())
      const responses: JsonObject[] = []
      // One after the other: what one request may hold is held once.
      for (const search of searches) responses.push(await responseOf(call, search))
      return { status: 200, body: { took: call.world.clock.nowMs() - startedMs, responses } }
    },
  }),
)

interface Search {
  readonly header: JsonObject
  readonly body: JsonValue
}

function searchesIn(text: string): readonly Search[] {
  const lines = text.split('\n').map((line) => line.trim())
  if (lines.at(-1) === '') lines.pop()
  const searches: Search[] = []
  for (let at = 0; at < lines.length; at += 2) {
    if (searches.length >= maxSearches) {
      throw new Fault(
        'invalid',
        'search.malformed',
        `more than ${maxSearches} searches in one request; send several`,
      )
    }
    const header = lines[at] === '' ? {} : parsed(lines[at] ?? '', at + 1)
    if (!isJsonObject(header)) throw malformed(at + 1, 'must be an object')
    if (at + 1 >= lines.length) throw malformed(at + 1, 'is not followed by a search')
    searches.push({ header, body: parsed(lines[at + 1] ?? '', at + 2) })
  }
  if (searches.length > 0) return searches
  throw new Fault('invalid', 'search.malformed', 'Validation Failed: 1: no requests added;')
}

function parsed(line: string, number: number): JsonValue {
  try {
    return JSON.parse(line)
  } catch {
    throw malformed(number, 'is no JSON')
  }
}

function malformed(line: number, what: string): Fault {
  return new Fault('invalid', 'search.malformed', `line ${line} of the request ${what}`)
}

async function responseOf(call: SearchCall, { header, body }: Search): Promise<JsonObject> {
  try {
    const { index } = header
    const names = Array.isArray(index) ? index.map(String).join(',') : index
    const indices = names === undefined || names === null ? call.indices : indicesOf(String(names))
    const isAsked = (name: string) => header[name] === true || call.isAsked(name)
    const { plan, outcome } = await oneSearch(
      { ...call, isAsked },
      { indices, body, query: new URLSearchParams() },
    )
    const totalAsNumber = call.isAsked('rest_total_hits_as_int')
    return { ...searchAnswer(outcome, plan, { totalAsNumber }), status: 200 }
  } catch (thrown) {
    // One search that is wrong is told so, and the others have their answers.
    const fault = faultOf(thrown)
    if (statusOf(fault.kind) >= 500) throw thrown
    return elasticError(fault)
  }
}
