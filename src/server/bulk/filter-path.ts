import { isJsonObject, type JsonObject, type JsonValue } from '#base'

type Path = readonly string[]

/**
 * What `filter_path` leaves of an answer: members on any of the comma-separated dotted paths, without
 * those on paths that start with `-`. `*` stands for one name or a part of it, `**` for any number of
 * names; elements of arrays are looked through.
 */
export function filterPath(answer: JsonObject, expression: string): JsonObject {
  const paths = expression
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
  const included = paths.filter((path) => !path.startsWith('-')).map((path) => path.split('.'))
  const excluded = paths
    .filter((path) => path.startsWith('-'))
    .map((path) => path.slice(1).split('.'))
  const kept = included.length === 0 ? answer : select(answer, included)
  if (excluded.length === 0) return isJsonObject(kept) ? kept : {}
  const rest = drop(kept ?? {}, excluded)
  return isJsonObject(rest) ? rest : {}
}

/** The part of a value on these paths; undefined where none of it is. */
function select(value: JsonValue, paths: readonly Path[]): JsonValue | undefined {
  if (paths.some((path) => path.every((name) => name === '**'))) return value
  if (Array.isArray(value)) {
    const elements = value.map((element) => select(element, paths)).filter((e) => e !== undefined)
    return elements.length === 0 ? undefined : elements
  }
  if (!isJsonObject(value)) return undefined
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = select(member, stepped(paths, name))
    return kept === undefined ? [] : [[name, kept] as const]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

function drop(value: JsonValue, paths: readonly Path[]): JsonValue {
  if (Array.isArray(value)) return value.map((element) => drop(element, paths))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const below = stepped(paths, name)
      return below.some((path) => path.length === 0) ? [] : [[name, drop(member, below)] as const]
    }),
  )
}

/** What is left of the paths below a member of this name. */
function stepped(paths: readonly Path[], name: string): readonly Path[] {
  return paths.flatMap((path) => {
    const [first, ...rest] = path
    if (first === undefined) return []
    if (first === '**') return [path, ...stepped([rest], name)]
    return matches(first, name) ? [rest] : []
  })
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop() ?? ''
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= name.length - last.length
}
