import { Fault, type JsonObject } from '#base'
import { receiveBulk } from '../bulk/receive.ts'
import { textBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { demandsOf } from './demands.ts'
import type { ElasticSide } from './elastic-side.ts'

/**
 * Keeps the one event of `/INDEX/_doc[/ID]`, `/INDEX/_create/ID` or, for old shippers, `/INDEX/TYPE`;
 * undefined where the path is none of these. The rules are those of a bulk request with one item.
 */
export async function singleDocument(
  { request, segments, query, caller }: Exchange,
  side: ElasticSide,
): Promise<Answer | undefined> {
  const [index, verb = '', id] = segments
  const known = verb === '_doc' || verb === '_create' || !verb.startsWith('_')
  if (!known || segments.length > 3 || index === undefined || index.startsWith('_'))
    return undefined
  const text = await textBodyOf(request, side.bulkLimits.maxLineBytes)
  const operation = verb === '_create' ? 'create' : 'index'
  const action = JSON.stringify({
    [operation]: { _index: index, ...(id !== undefined && { _id: id }) },
  })
  const lines = `${action}\n${oneLine(text)}\n`
  const [result] = await receiveBulk(chunksOf(lines), {
    ...side,
    limits: side.bulkLimits,
    defaults: demandsOf(query),
    caller,
  })
  if (result === undefined) {
    throw new Fault('internal', 'elastic.no-result', 'a request with one event gave no result')
  }
  return { status: result.status, body: unwrapped(result.body, operation, result.status) }
}

/** JSON has no line breaks inside texts, so those between members can go. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function unwrapped(body: JsonObject, operation: string, status: number): JsonObject {
  const { error, status: _told, ...facts } = Object(body[operation])
  return error === undefined ? facts : { error: { root_cause: [error], ...error }, status }
}
