/** A pattern of letters, such as `yyyy-MM-dd HH:mm:ss`, both ways. In UTC. */
export interface DatePattern {
  format(ms: number): string
  /** Epoch milliseconds; undefined for a text that is not written so. */
  parse(text: string): number | undefined
}

type Part = { readonly literal: string } | { readonly letter: string; readonly width: number }

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** Compiles a pattern of the letters `y u M d E H h a m s S X Z`; undefined where it has another one. */
export function compileDatePattern(pattern: string): DatePattern | undefined {
  const parts: Part[] = []
  for (const [all, quoted, letters] of pattern.matchAll(
    /'((?:[^']|'')*)'|(([A-Za-z])\3*)|[^A-Za-z']+/g,
  )) {
    if (quoted !== undefined)
      parts.push({ literal: quoted === '' ? "'" : quoted.replaceAll("''", "'") })
    else if (letters === undefined) parts.push({ literal: all })
    else {
      const letter = letters.charAt(0)
      if (!'yuMdEHhamsSXZ'.includes(letter)) return undefined
      parts.push({ letter, width: letters.length })
    }
  }
  return {
    format: (ms) => parts.map((part) => written(part, new Date(ms))).join(''),
    parse: (text) => parsed(parts, text),
  }
}

function written(part: Part, date: Date): string {
  if ('literal' in part) return part.literal
  const { letter, width } = part
  const padded = (value: number) => String(value).padStart(width, '0')
  switch (letter) {
    case 'y':
    case 'u':
      return width === 2 ? String(date.getUTCFullYear()).slice(-2) : padded(date.getUTCFullYear())
    case 'M': {
      const name = months[date.getUTCMonth()] ?? ''
      if (width === 3) return name.slice(0, 3)
      return width > 3 ? name : padded(date.getUTCMonth() + 1)
    }
    case 'd':
      return padded(date.getUTCDate())
    case 'E': {
      const name = weekdays[date.getUTCDay()] ?? ''
      return width > 3 ? name : name.slice(0, 3)
    }
    case 'H':
      return padded(date.getUTCHours())
    case 'h':
      return padded(date.getUTCHours() % 12 || 12)
    case 'a':
      return date.getUTCHours() < 12 ? 'AM' : 'PM'
    case 'm':
      return padded(date.getUTCMinutes())
    case 's':
      return padded(date.getUTCSeconds())
    case 'S':
      return String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(width, '0').slice(0, width)
    default:
      return letter === 'X' ? 'Z' : '+0000'
  }
}

const expressions: { readonly [letter: string]: string } = {
  y: '(\\d{1,4})',
  u: '(\\d{1,4})',
  M: '(\\d{1,2}|[A-Za-z]{3,9})',
  d: '(\\d{1,2})',
  E: '([A-Za-z]{3,9})',
  H: '(\\d{1,2})',
  h: '(\\d{1,2})',
  a: '([AaPp][Mm])',
  m: '(\\d{1,2})',
  s: '(\\d{1,2})',
  S: '(\\d{1,9})',
  X: '(Z|[+-]\\d{2}:?\\d{0,2})',
  Z: '(Z|[+-]\\d{2}:?\\d{0,2})',
}

function parsed(parts: readonly Part[], text: string): number | undefined {
  const letters: string[] = []
  let expression = ''
  for (const part of parts) {
    if ('literal' in part) expression += RegExp.escape(part.literal)
    else {
      letters.push(part.letter)
      expression += expressions[part.letter] ?? ''
    }
  }
  const found = new RegExp(`^${expression}$`).exec(text.slice(0, 200))
  if (found === null || text.length > 200) return undefined
  const of = (letter: string) => found[letters.indexOf(letter) + 1]
  return instantOf((letter) => (letters.includes(letter) ? of(letter) : undefined))
}

function instantOf(of: (letter: string) => string | undefined): number | undefined {
  const month = of('M') ?? '1'
  const byName = months.findIndex(
    (name) => name.slice(0, 3).toLowerCase() === month.slice(0, 3).toLowerCase(),
  )
  const numbered = /^\d/.test(month) ? Number(month) : byName + 1
  const day = Number(of('d') ?? 1)
  const half = of('h')
  const isAfternoon = of('a')?.toLowerCase() === 'pm'
  const hour =
    half === undefined ? Number(of('H') ?? 0) : (Number(half) % 12) + (isAfternoon ? 12 : 0)
  const [minute, second] = [Number(of('m') ?? 0), Number(of('s') ?? 0)]
  const millis = Number((of('S') ?? '0').padEnd(3, '0').slice(0, 3))
  const year = of('y') ?? of('u') ?? '1970'
  const written = year.length === 2 ? 2000 + Number(year) : Number(year)
  const ms = Date.UTC(written, numbered - 1, day, hour, minute, second, millis)
  const date = new Date(ms)
  const isReal = date.getUTCMonth() === numbered - 1 && date.getUTCDate() === day && hour < 24
  if (!isReal || minute > 59 || second > 59) return undefined
  return ms - offsetOf(of('X') ?? of('Z') ?? 'Z')
}

function offsetOf(zone: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
