import type { Span } from '#base'
import type { MemberPath } from '../../wire/member-path.ts'
import { sourceMap, type SourceMap } from '../source-map.ts'

/** Where every value of a JSON text stands, counted from `base`. The text is known to parse. */
export function jsonSourceMap(text: string, base = 0): SourceMap {
  const map = sourceMap()
  let at = 0

  const blanks = (): void => {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1
  }
  const string = (): { readonly span: Span; readonly raw: string } => {
    const start = at
    at += 1
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    at += 1
    return { span: { start: base + start, end: base + at }, raw: text.slice(start + 1, at - 1) }
  }
  const value = (path: MemberPath, key: Span | undefined): void => {
    blanks()
    const start = at
    let inside: ((offset: number) => number) | undefined
    if (text[at] === '{') members(path)
    else if (text[at] === '[') items(path)
    else if (text[at] === '"') {
      const { raw } = string()
      inside = (offset) => base + start + 1 + rawOffset(raw, offset)
    } else while (at < text.length && !/[,\]}\s]/.test(text[at] ?? '')) at += 1
    const span = { start: base + start, end: base + at }
    map.set(path, { key: key ?? span, value: span, ...(inside === undefined ? {} : { inside }) })
  }
  const members = (path: MemberPath): void => {
    at += 1
    blanks()
    while (at < text.length && text[at] !== '}') {
      const { span, raw } = string()
      const name: unknown = JSON.parse(`"${raw}"`)
      blanks()
      at += 1
      value([...path, String(name)], span)
      separator()
    }
    at += 1
  }
  const items = (path: MemberPath): void => {
    at += 1
    blanks()
    for (let i = 0; at < text.length && text[at] !== ']'; i++) {
      value([...path, i], undefined)
      separator()
    }
    at += 1
  }
  const separator = (): void => {
    blanks()
    if (text[at] === ',') at += 1
    blanks()
  }
  value([], undefined)
  return map
}

/** The offset in a JSON string's raw text of an offset in its value. */
function rawOffset(raw: string, offset: number): number {
  let at = 0
  for (let decoded = 0; decoded < offset && at < raw.length; decoded++) {
    if (raw[at] !== '\\') at += 1
    else at += raw[at + 1] === 'u' ? 6 : 2
  }
  return at
}
