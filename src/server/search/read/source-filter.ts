import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { nameGlob } from '#event'
import { listAt, objectOf, textsAt, wrongAt } from './members.ts'

/** What of a document is told; undefined: nothing. */
export type SourceFilter = ((source: JsonObject) => JsonObject) | undefined

/** Reads `_source`: a flag, a list of patterns, or `includes` and `excludes`. */
export function readSourceFilter(value: JsonValue | undefined, at: string): SourceFilter {
  if (value === undefined || value === null || value === true || value === 'true') {
    return (source) => source
  }
  if (value === false || value === 'false') return undefined
  if (!isJsonObject(value)) return filterOf(textsAt(value, at), [])
  const members = ['includes', 'include', 'excludes', 'exclude']
  const body = objectOf(value, at, members)
  const includes = textsAt(body['includes'] ?? body['include'], `${at}.includes`)
  const excludes = textsAt(body['excludes'] ?? body['exclude'], `${at}.excludes`)
  return filterOf(includes, excludes)
}

/** The same from the query of an address: `_source`, `_source_includes` and `_source_excludes`. */
export function sourceFilterOf(query: URLSearchParams): SourceFilter {
  const flag = query.get('_source')
  const includes = listOf(query.get('_source_includes'))
  const excludes = listOf(query.get('_source_excludes'))
  if (flag === 'false') return undefined
  const named = flag === null || flag === 'true' ? [] : listOf(flag)
  return filterOf([...named, ...includes], excludes)
}

function listOf(text: string | null): readonly string[] {
  return (text ?? '').split(',').filter((part) => part !== '')
}

function filterOf(includes: readonly string[], excludes: readonly string[]): SourceFilter {
  if (includes.length + excludes.length === 0) return (source) => source
  const isIncluded = includes.length === 0 ? () => true : namesTest(includes)
  const isExcluded = namesTest(excludes)
  return (source) => kept(source, '', (name) => isIncluded(name) && !isExcluded(name))
}

/** Members whose own name, or that of something below them, passes. */
function kept(source: JsonObject, prefix: string, keeps: (name: string) => boolean): JsonObject {
  const members: [string, JsonValue][] = []
  for (const [key, value] of Object.entries(source)) {
    const left = keptValue(value, `${prefix}${key}`, keeps)
    if (left !== undefined) members.push([key, left])
  }
  return Object.fromEntries(members)
}

function keptValue(
  value: JsonValue,
  name: string,
  keeps: (name: string) => boolean,
): JsonValue | undefined {
  if (Array.isArray(value)) {
    const elements = value.flatMap((each: JsonValue) => keptValue(each, name, keeps) ?? [])
    return elements.length === 0 && (value.length > 0 || !keeps(name)) ? undefined : elements
  }
  if (!isJsonObject(value)) return keeps(name) ? value : undefined
  const inside = kept(value, `${name}.`, keeps)
  if (Object.keys(inside).length > 0) return inside
  return Object.keys(value).length === 0 && keeps(name) ? value : undefined
}

/** Whether a name, or an object that it stands in, is one of these patterns with `*`. */
export function namesTest(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map(nameGlob)
  const isOne = (name: string) => tests.some((test) => test(name))
  return (name) => {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (isOne(name.slice(0, dot))) return true
    }
    return isOne(name)
  }
}

/** How one entry of `fields` or `docvalue_fields` is written. */
export interface WantedField {
  readonly pattern: string
  /** Dates as milliseconds and not as text. */
  readonly asMs: boolean
}

/** Reads `fields` and `docvalue_fields`: names and patterns, with a format for dates. */
export function readWantedFields(value: JsonValue | undefined, at: string): readonly WantedField[] {
  return listAt(value).map((each, position) => {
    const here = `${at}[${position}]`
    if (typeof each === 'string') return { pattern: each, asMs: false }
    const body = objectOf(each, here, ['field', 'format', 'include_unmapped'])
    const { field, format } = body
    if (typeof field !== 'string') throw wrongAt(here, 'must name a field')
    return { pattern: field, asMs: format === 'epoch_millis' }
  })
}
