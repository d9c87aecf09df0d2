/** One line of an audit log. */
export interface AuditRecord {
  /** What the records of one event have in common: host, time and serial number. */
  readonly event: string
  readonly node: string | undefined
  readonly atMs: number
  readonly serial: number
  /** `SYSCALL`, `EXECVE`, `USER_LOGIN`. */
  readonly type: string
  /** Values as they are written: with their quotes, or bare. */
  readonly fields: ReadonlyMap<string, string>
  /** What the daemon looked up, where it was told to: `UID` is `root`. */
  readonly names: ReadonlyMap<string, string>
  /** Bytes of the line. */
  readonly length: number
}

const head =
  /^(?:.{0,200}?\s)??(?:node=(\S{1,255}) )?type=(\S{1,64}) (?:msg=)?audit\((\d{1,12})\.(\d{1,3}):(\d{1,12})\): ?/

/** The numbers of types that the kernel writes itself, when no daemon does. */
const typeNames: { readonly [number: string]: string } = {
  '1300': 'SYSCALL',
  '1302': 'PATH',
  '1306': 'SOCKADDR',
  '1307': 'CWD',
  '1309': 'EXECVE',
  '1320': 'EOE',
  '1321': 'BPRM_FCAPS',
  '1327': 'PROCTITLE',
  '1326': 'SECCOMP',
  '1400': 'AVC',
  '1701': 'ANOM_ABEND',
}

/** Whether a line is one of an audit log. */
export function isAuditLine(line: string): boolean {
  return head.test(line)
}

/** The record of a line; undefined for a line that is none. */
export function auditRecordOf(line: string): AuditRecord | undefined {
  const match = head.exec(line)
  if (match === null) return undefined
  const [whole, node, typeText = '', seconds = '', fraction = '', serial = ''] = match
  const number = /^(?:UNKNOWN\[)?(\d+)\]?$/.exec(typeText)?.[1]
  const [text = '', looked = ''] = line.slice(whole.length).split('\u001d')
  const atMs = Number(seconds) * 1000 + Number(fraction.padEnd(3, '0'))
  return {
    event: `${node ?? ''} ${atMs} ${serial}`,
    node,
    atMs,
    serial: Number(serial),
    type: (number === undefined ? undefined : typeNames[number]) ?? typeText,
    fields: pairsOf(text.replace(/\bmsg='(.*)'\s*$/s, '$1')),
    names: pairsOf(looked),
    length: line.length,
  }
}

function pairsOf(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(
    /([\w[\]-]+)=("[^"]*"|\(\w+\)|(?:[^\s,)]|,(?!\s|$))*)/g,
  )) {
    if (!pairs.has(name)) pairs.set(name, value)
  }
  return pairs
}

/** The bytes of a string: in quotes as it is, bare in hex; undefined for `(null)` and what is neither. */
export function bytesOf(value: string | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined
  if (value.startsWith('"')) return new TextEncoder().encode(value.slice(1, -1))
  if (value === '' || value.length % 2 !== 0 || !/^[\dA-F]+$/i.test(value)) return undefined
  const bytes = new Uint8Array(value.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = Number.parseInt(value.slice(2 * at, 2 * at + 2), 16)
  }
  return bytes
}

const utf8 = new TextDecoder()

/** A string; bytes that are not UTF-8 become replacement characters. */
export function textOf(value: string | undefined): string | undefined {
  const bytes = bytesOf(value)
  return bytes === undefined ? undefined : utf8.decode(bytes)
}

/** A word that is written as it is, without quotes or with them; undefined for `?` and `(none)`. */
export function wordOf(value: string | undefined): string | undefined {
  const word = value?.replace(/^"(.*)"$/s, '$1')
  return word === undefined || /^(\?|\(none\)|\(null\)|)$/.test(word) ? undefined : word
}

/** An id in digits; undefined where it is missing or unset. */
export function idOf(value: string | undefined): string | undefined {
  return value !== undefined && /^\d{1,10}$/.test(value) && value !== '4294967295'
    ? value
    : undefined
}
