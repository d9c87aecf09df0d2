import type { Span } from '#base'
import type { MemberPath } from '../../wire/member-path.ts'
import { sourceMap, type SourceMap } from '../source-map.ts'
import { tomlRawOffset } from './toml-string.ts'

/**
 * Where every value of a TOML text stands. The text is known to parse, so this only looks for the ends
 * of things; should it lose its way, what was found until then stands.
 */
export function tomlSourceMap(text: string): SourceMap {
  const map = sourceMap()
  const arrayLengths = new Map<string, number>()
  let at = 0
  let table: MemberPath = []

  const skip = (blank: RegExp): void => {
    for (;;) {
      while (at < text.length && blank.test(text[at] ?? '')) at += 1
      if (text[at] !== '#') return
      while (at < text.length && text[at] !== '\n') at += 1
    }
  }
  const key = (): readonly string[] => {
    const steps: string[] = []
    for (;;) {
      skip(/[ \t]/)
      steps.push(keyStep())
      skip(/[ \t]/)
      if (text[at] !== '.') return steps
      at += 1
    }
  }
  const keyStep = (): string => {
    const start = at
    const quote = text[at]
    if (quote === '"' || quote === "'") {
      string()
      const raw = text.slice(start, at)
      return quote === "'" ? raw.slice(1, -1) : basicKey(raw)
    }
    while (/[A-Za-z0-9_-]/.test(text[at] ?? '')) at += 1
    return text.slice(start, at)
  }
  const string = (): void => {
    const quote = text[at] ?? ''
    const fence = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote
    at += fence.length
    while (at < text.length && !text.startsWith(fence, at)) {
      at += quote === '"' && text[at] === '\\' ? 2 : 1
    }
    at += fence.length
    // A multi-line string may end in up to two quotes of its own before the fence.
    while (fence.length === 3 && text[at] === quote) at += 1
  }
  const value = (path: MemberPath, keySpan: Span | undefined): void => {
    const start = at
    const first = text[at]
    if (first === '"' || first === "'") string()
    else if (first === '[') items(path)
    else if (first === '{') members(path)
    else while (at < text.length && !/[,\]}\n#]/.test(text[at] ?? '')) at += 1
    const raw = text.slice(start, at).trimEnd()
    const span = { start, end: start + raw.length }
    const isText = first === '"' || first === "'"
    map.set(path, {
      key: keySpan ?? span,
      value: span,
      ...(isText ? { inside: (offset: number) => start + tomlRawOffset(raw, offset) } : {}),
    })
  }
  const items = (path: MemberPath): void => {
    at += 1
    skip(/[\s]/)
    for (let i = 0; at < text.length && text[at] !== ']'; i++) {
      const before = at
      value([...path, i], undefined)
      separator()
      if (at === before) break
    }
    at += 1
  }
  const members = (path: MemberPath): void => {
    at += 1
    skip(/[\s]/)
    while (at < text.length && text[at] !== '}') {
      pair(path)
      separator()
    }
    at += 1
  }
  const separator = (): void => {
    skip(/[\s]/)
    if (text[at] === ',') at += 1
    skip(/[\s]/)
  }
  const pair = (path: MemberPath): void => {
    const start = at
    const steps = key()
    const span = { start, end: start + text.slice(start, at).trimEnd().length }
    at += 1
    skip(/[ \t]/)
    for (let depth = 1; depth < steps.length; depth++) {
      const around = [...path, ...steps.slice(0, depth)]
      if (map.get(around) === undefined) map.set(around, { key: span, value: span })
    }
    value([...path, ...steps], span)
  }
  const header = (): void => {
    const start = at
    const isArray = text.startsWith('[[', at)
    at += isArray ? 2 : 1
    const steps = key()
    at = text.indexOf(']', at) + (isArray ? 2 : 1)
    const span = { start, end: at }
    table = resolved(steps, isArray)
    map.set(table, { key: span, value: span })
    if (isArray && table.at(-1) === 0) map.set(table.slice(0, -1), { key: span, value: span })
  }
  /** The path of a header, with the position in each array of tables that it passes through. */
  const resolved = (steps: readonly string[], isArray: boolean): MemberPath => {
    let path: MemberPath = []
    for (const [i, step] of steps.entries()) {
      path = [...path, step]
      const name = JSON.stringify(path)
      const length = arrayLengths.get(name)
      if (i === steps.length - 1 && isArray) {
        arrayLengths.set(name, (length ?? 0) + 1)
        path = [...path, length ?? 0]
      } else if (length !== undefined) path = [...path, length - 1]
    }
    return path
  }

  skip(/\s/)
  while (at < text.length) {
    const before = at
    if (text[at] === '[') header()
    else pair(table)
    skip(/\s/)
    if (at <= before) break
  }
  return map
}

function basicKey(raw: string): string {
  try {
    return String(JSON.parse(raw))
  } catch {
    // An escape that TOML has and JSON lacks: the raw name still tells the place.
    return raw.slice(1, -1)
  }
}
