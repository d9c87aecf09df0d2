import { Fault, type JsonValue, type Parameter } from '#base'

/** An address of a web service. Many hold a secret, so that none is given back. */
export const secretUrl: Parameter = {
  kind: 'text',
  title: 'Address',
  help: 'https://…; kept secret',
  required: true,
  maxLength: 2_000,
  like: { pattern: /^https?:\/\/\S+$/, words: 'an address that begins with https:// or http://' },
  isSecret: true,
}

const timeoutMs = 15_000

/** Sends JSON and wants a status of 2xx. Faults: as connectors throw them; the address is not in their message, but its host. */
export async function postJson(
  url: string,
  body: JsonValue | string,
  {
    headers = {},
    signal,
  }: { readonly headers?: { readonly [name: string]: string }; readonly signal: AbortSignal },
): Promise<string> {
  const where = URL.parse(url)?.host ?? 'the address'
  const late = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    // Another address would be told the secret headers.
    redirect: 'manual',
    signal: AbortSignal.any([signal, late]),
  }).catch((cause: unknown) => {
    const why = late.aborted ? `no answer in ${timeoutMs / 1_000} s` : reasonOf(cause)
    throw new Fault(
      late.aborted ? 'timeout' : 'unavailable',
      'notify.unreachable',
      `${where}: ${why}`,
    )
  })
  const said = (await answer.text().catch(() => '')).slice(0, 300)
  if (answer.ok) return said
  const mayPass = answer.status === 408 || answer.status === 429 || answer.status >= 500
  throw new Fault(
    mayPass ? 'unavailable' : 'invalid',
    'notify.refused',
    `${where} answered with status ${answer.status}: ${said}`,
  )
}

/** Why a connection failed: `fetch` says it in the cause of what it throws. */
function reasonOf(thrown: unknown): string {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  return typeof code === 'string' ? code : 'it cannot be reached'
}
