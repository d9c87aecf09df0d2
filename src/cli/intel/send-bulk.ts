import { Fault, isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import type { Terminal } from '../terminal.ts'

/** A document to store under an id of its own. */
interface BulkDocument {
  readonly index: string
  readonly id: string
  readonly source: JsonObject
}

/** What became of the documents. */
interface BulkOutcome {
  readonly created: number
  /** There already. */
  readonly known: number
  /** Why each of the others was not kept. */
  readonly refused: readonly string[]
}

/** Sends documents to a running server the way shippers do. */
interface BulkSender {
  /** Faults: those of reaching the server, `rate-limited` where it stays too busy. */
  send(documents: readonly BulkDocument[], about: { readonly name: string }): Promise<BulkOutcome>
}

/** Documents of one request. */
const documentsAtATime = 1_000

/** A busy server is asked again so many times. */
const maxTries = 8

/** A {@link BulkSender}; tells on the way how far it is. */
export function bulkSender({
  url,
  token,
  terminal,
}: {
  readonly url: string
  readonly token: string
  readonly terminal: Terminal
}): BulkSender {
  const post = async (documents: readonly BulkDocument[]): Promise<readonly JsonObject[]> => {
    for (let tries = 1; ; tries++) {
      const response = await fetch(new URL('/_bulk', url), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        body: documents.map(linesOf).join(''),
        signal: AbortSignal.any([terminal.signal, AbortSignal.timeout(120_000)]),
      }).catch((cause: unknown) => {
        terminal.signal.throwIfAborted()
        throw new Fault(
          'unavailable',
          'api.unreachable',
          `cannot reach ${url} (${messageOf(cause)})`,
          {
            cause,
          },
        )
      })
      const text = await response.text()
      const isBusy = response.status === 429 || response.status === 503
      if (isBusy && tries < maxTries) {
        const seconds = Number(response.headers.get('retry-after') ?? tries)
        await terminal.clock.sleep(1_000 * Math.min(30, Math.max(1, seconds)), terminal.signal)
        continue
      }
      if (!response.ok) throw refusal(response.status, text)
      return itemsOf(text)
    }
  }
  return {
    async send(documents, { name }) {
      let created = 0
      let known = 0
      const refused: string[] = []
      for (let at = 0; at < documents.length; at += documentsAtATime) {
        for (const { status, reason } of (
          await post(documents.slice(at, at + documentsAtATime))
        ).map(factsOf)) {
          if (status === 201) created++
          else if (status === 200 || status === 409) known++
          else refused.push(reason)
        }
        const done = Math.min(documents.length, at + documentsAtATime)
        if (terminal.errIsTty && documents.length > documentsAtATime) {
          terminal.note(`\r\u001b[K${name}: ${done} of ${documents.length}`)
        }
      }
      if (terminal.errIsTty && documents.length > documentsAtATime) terminal.note('\r\u001b[K')
      return { created, known, refused }
    },
  }
}

function linesOf({ index, id, source }: BulkDocument): string {
  return `${JSON.stringify({ create: { _index: index, _id: id } })}\n${JSON.stringify(source)}\n`
}

function refusal(status: number, text: string): Fault {
  const kind =
    status === 401
      ? 'unauthenticated'
      : status === 403
        ? 'forbidden'
        : status === 429
          ? 'rate-limited'
          : 'unavailable'
  return new Fault(
    kind,
    'cli.bulk-refused',
    `the server answered HTTP ${status}: ${text.slice(0, 200)}`,
  )
}

function itemsOf(text: string): readonly JsonObject[] {
  try {
    const answer: JsonValue = JSON.parse(text)
    const items = isJsonObject(answer) ? answer['items'] : undefined
    if (Array.isArray(items)) return items.filter(isJsonObject)
  } catch {
    // As good as no answer at all.
  }
  throw new Fault('unavailable', 'api.not-vedette', 'the answer is no answer to a bulk request')
}

function factsOf(item: JsonObject): { readonly status: number; readonly reason: string } {
  const result = item['create']
  if (!isJsonObject(result)) return { status: 0, reason: 'no answer for it' }
  const { status, error } = result
  const reason = isJsonObject(error) ? error['reason'] : undefined
  return {
    status: typeof status === 'number' ? status : 0,
    reason: typeof reason === 'string' ? reason : 'no reason was given',
  }
}
