import { err, ok, type Result } from '#base'

/** Cuts texts at delimiters. */
export interface Dissection {
  /** The columns that it gives, in the order of their first mention. */
  readonly names: readonly string[]
  /** The part of each name, in their order; undefined where the text is not written so. */
  cut(text: string): readonly string[] | undefined
}

interface Key {
  readonly name: string
  /** Left out of what is given. */
  readonly skipped: boolean
  readonly appends: boolean
  readonly order: number
  /** Delimiters that follow are taken however often they repeat. */
  readonly padded: boolean
}

/**
 * Compiles a pattern of `%{name}` and delimiters: `%{}` and `%{?name}` are skipped, `%{+name}` and
 * `%{+name/2}` are appended with the separator between, `%{name->}` swallows repeated delimiters.
 */
export function compileDissect(pattern: string, separator: string): Result<Dissection, string> {
  const found = [...pattern.matchAll(/%\{([^}]*)\}/g)]
  const [first] = found
  if (first === undefined) return err('the pattern has no %{name}')
  const lead = pattern.slice(0, first.index)
  const keys: Key[] = []
  const delimiters: string[] = []
  for (const [at, match] of found.entries()) {
    const key = keyOf(match[1] ?? '')
    if (typeof key === 'string') return err(key)
    keys.push(key)
    const next = found[at + 1]
    const end = match.index + match[0].length
    const delimiter = pattern.slice(end, next?.index)
    if (next !== undefined && delimiter === '')
      return err('two names must have a delimiter between')
    delimiters.push(delimiter)
  }
  const names = [...new Set(keys.filter((key) => !key.skipped).map(({ name }) => name))]
  if (names.length === 0) return err('the pattern gives no name to anything')
  return ok({ names, cut: (text) => cut(text, { lead, keys, delimiters, names, separator }) })
}

function keyOf(written: string): Key | string {
  const [, sign = '', name = '', order, padding] =
    /^([?+&*]?)([^/>-]*(?:-(?!>)[^/>-]*)*)(?:\/(\d+))?(->)?$/.exec(written) ?? []
  if (sign === '&' || sign === '*') return `%{${written}}: references are not known`
  const skipped = name === '' || sign === '?'
  if (name === '' && sign === '+') return `%{${written}} has no name`
  return {
    name,
    skipped,
    appends: sign === '+',
    order: Number(order ?? 0),
    padded: padding !== undefined,
  }
}

interface Cutting {
  readonly lead: string
  readonly keys: readonly Key[]
  readonly delimiters: readonly string[]
  readonly names: readonly string[]
  readonly separator: string
}

function cut(text: string, cutting: Cutting): readonly string[] | undefined {
  const { lead, keys, delimiters, names, separator } = cutting
  if (!text.startsWith(lead)) return undefined
  const parts = new Map<string, { readonly order: number; readonly text: string }[]>()
  let at = lead.length
  for (const [place, key] of keys.entries()) {
    const delimiter = delimiters[place] ?? ''
    const end = delimiter === '' ? text.length : text.indexOf(delimiter, at)
    if (end < 0) return undefined
    if (!key.skipped) {
      const part = { order: key.order, text: text.slice(at, end) }
      const before = key.appends ? (parts.get(key.name) ?? []) : []
      parts.set(key.name, [...before, part])
    }
    at = end + delimiter.length
    if (key.padded && delimiter !== '') at = pastRepeated(text, delimiter, at)
  }
  return names.map((name) =>
    (parts.get(name) ?? [])
      .toSorted((a, b) => a.order - b.order)
      .map((part) => part.text)
      .join(separator),
  )
}

/** Where a delimiter that repeats from a place on ends. */
function pastRepeated(text: string, delimiter: string, from: number): number {
  let at = from
  while (text.startsWith(delimiter, at)) at += delimiter.length
  return at
}
