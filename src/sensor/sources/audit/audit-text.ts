/** One audit message: `audit(1492752522.985:8972): argc=2 a0="uname" …`. */
export interface AuditMessage {
  /** Epoch milliseconds, the audit system's resolution. */
  readonly wallMs: number
  /** Common to all messages of one event. */
  readonly serial: number
  /** Values as written: with their quotes, or bare. */
  readonly fields: ReadonlyMap<string, string>
}

const head = /^audit\((\d+)\.(\d{3}):(\d+)\):/

/** Parses a message's text; undefined when it does not begin as every audit message does. */
export function parseAuditMessage(text: string): AuditMessage | undefined {
  const match = head.exec(text)
  if (match === null) return undefined
  const fields = new Map<string, string>()
  for (const [, name = '', value = ''] of text
    .slice(match[0].length)
    .matchAll(/([\w[\]-]+)=("[^"]*"|\S*)/g)) {
    fields.set(name, value)
  }
  return {
    wallMs: Number(match[1]) * 1000 + Number(match[2]),
    serial: Number(match[3]),
    fields,
  }
}

/** The bytes of a string value: quoted as it is, bare in hex; undefined for `(null)` and what is neither. */
export function bytesOf(value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined
  if (value.startsWith('"')) return Buffer.from(value.slice(1, -1), 'latin1')
  if (value.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(value)) return undefined
  return Buffer.from(value, 'hex')
}

/** A string value; bytes that are not UTF-8 become replacement characters. */
export function textOf(value: string | undefined): string | undefined {
  return bytesOf(value)?.toString('utf8')
}

/** A number; undefined where it is missing, not a number, or the unset id 4294967295. */
export function idOf(value: string | undefined): number | undefined {
  const number = value === undefined || value === '' ? Number.NaN : Number(value)
  return Number.isSafeInteger(number) && number !== unset ? number : undefined
}

const unset = 4294967295
