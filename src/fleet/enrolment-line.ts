import { err, ok, hashOf, type Result } from '#base'

/** What a host must know to become an agent's: one line of text carries it. */
export interface Enrolment {
  /** Where agents call, `https://10.0.0.1:7071`. */
  readonly url: string
  /** SHA-256 of the certificate of the server's authority, lower-case hex: who else could be called is not. */
  readonly authority: string
  /** Opens enrolment, a few times and not for long. */
  readonly secret: string
}

const mark = 'vee1'

/** The line that is pasted: the parts, and a sum by which a line that was cut or changed is known. */
export function enrolmentLine({ url, authority, secret }: Enrolment): string {
  const body = toBase64Url(JSON.stringify([url, authority, secret]))
  return `${mark}.${body}.${sumOf(body)}`
}

/** Reads an {@link enrolmentLine}; white space around it, and where a terminal broke it, does not matter. */
export function readEnrolmentLine(text: string): Result<Enrolment, string> {
  const line = text.replaceAll(/\s+/g, '')
  const [found, body, sum, ...rest] = line.split('.')
  if (found !== mark) {
    return err(
      `it does not begin with ${mark}.: paste the whole line that \`vedette agent token\` gave`,
    )
  }
  if (body === undefined || sum !== sumOf(body) || rest.length > 0) {
    return err('it was cut short or changed on its way: copy the whole line again')
  }
  return partsOf(body)
}

function partsOf(body: string): Result<Enrolment, string> {
  const damaged = err('it is damaged: make a new one with `vedette agent token`')
  try {
    const parts: unknown = JSON.parse(fromBase64Url(body))
    if (!Array.isArray(parts) || parts.length !== 3) return damaged
    const [url, authority, secret]: readonly unknown[] = parts
    if (typeof url !== 'string' || typeof authority !== 'string' || typeof secret !== 'string') {
      return damaged
    }
    if (URL.parse(url)?.protocol !== 'https:' || !/^[0-9a-f]{64}$/.test(authority)) return damaged
    return ok({ url, authority, secret })
  } catch {
    return damaged
  }
}

function sumOf(body: string): string {
  return hashOf(body).slice(0, 8)
}

function toBase64Url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)))
}
