/** One event of Sysmon. */
export interface SysmonEvent {
  readonly id: string
  readonly time: string
  readonly computer: string | undefined
  /** By the names of its `Data` elements. */
  readonly data: ReadonlyMap<string, string>
}

/** The event in a line; a reason where there is none. Its XML has one form: that is read, not XML at large. */
export function sysmonEventOf(line: string): SysmonEvent | string {
  const start = line.indexOf('<Event>') >= 0 ? line.indexOf('<Event>') : line.indexOf('<Event ')
  if (start < 0) return 'there is no <Event> in it'
  const end = line.indexOf('</Event>', start)
  if (end < 0) return 'its <Event> does not end: the line was cut, perhaps by a limit of syslog'
  const xml = line.slice(start, end)
  const id = /<EventID[^>]{0,100}>(\d{1,6})<\/EventID>/.exec(xml)?.[1]
  if (id === undefined) return 'it has no EventID'
  const time = /<TimeCreated SystemTime="([^"]{1,64})"/.exec(xml)?.[1] ?? ''
  const computer = /<Computer>([^<]{1,255})<\/Computer>/.exec(xml)?.[1]
  const data = new Map<string, string>()
  for (const [, name = '', value = ''] of xml.matchAll(
    /<Data Name="([^"]{1,64})"\s?(?:\/>|>([^<]*)<\/Data>)/g,
  )) {
    if (!data.has(name)) data.set(name, unescaped(value))
  }
  return { id, time, computer: computer === undefined ? undefined : unescaped(computer), data }
}

const entities: { readonly [name: string]: string } = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, digits, hex, name) => {
      if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole
      const code = digits === undefined ? Number.parseInt(hex, 16) : Number(digits)
      return code <= 0x10_ff_ff && (code < 0xd800 || code > 0xdfff)
        ? String.fromCodePoint(code)
        : whole
    },
  )
}
