import { valuesOf, type EventSource } from '#event'
import { compileFilter, type FilterPlan, type MatchContext } from '#query'
import {
  exceptionFilter,
  maxDashRanges,
  maxListValues,
  type ExceptionEntry,
  type ExceptionItem,
  type ValueList,
} from '#rule'

/** Whether exceptions that no filter can hold drop a document. */
export type DocumentDrop = (source: EventSource) => boolean

/**
 * Evaluates exception items whose value lists are too large for a filter, or of a type that filters do not
 * have, document by document. Items whose list is missing are named in `notApplied`.
 */
export function compileLargeLists(
  items: readonly ExceptionItem[],
  valueLists: readonly ValueList[],
  context: MatchContext,
): { readonly drops: DocumentDrop; readonly notApplied: readonly string[] } {
  const listsById = new Map(valueLists.map((list) => [list.id, list]))
  const notApplied: string[] = []
  const tests: DocumentDrop[] = []
  for (const item of items) {
    const entries = item.entries.map((entry) => compileEntry(entry, { item, listsById, context }))
    const known = entries.filter((test) => test !== undefined)
    if (known.length < entries.length) notApplied.push(item.name)
    else tests.push((source) => known.every((test) => test(source)))
  }
  return { drops: (source) => tests.some((test) => test(source)), notApplied }
}

interface ItemContext {
  readonly item: ExceptionItem
  readonly listsById: ReadonlyMap<string, ValueList>
  readonly context: MatchContext
}

function compileEntry(entry: ExceptionEntry, at: ItemContext): DocumentDrop | undefined {
  if (entry.type !== 'list') return matching([entry], [], at)
  const list = at.listsById.get(entry.list.id)
  if (list === undefined) return undefined
  const inList = list.type === 'text' ? textList(entry.field, list) : chunkedList(entry, list, at)
  return entry.operator === 'included' ? inList : (source) => !inList(source)
}

/** What an item of these entries alone would drop. */
function matching(
  entries: readonly ExceptionEntry[],
  valueLists: readonly ValueList[],
  { item, context }: ItemContext,
): DocumentDrop | undefined {
  const { expireTime: _expiry, ...lasting } = item
  const { filter, notApplied } = exceptionFilter([{ ...lasting, entries }], valueLists, context)
  if (notApplied.length > 0) return undefined
  const dropped: FilterPlan = { kind: 'not', of: filter }
  return compileFilter(dropped, context)
}

/** A list in pieces that filters can hold; types they do not have are compared by the field's own. */
function chunkedList(
  entry: Extract<ExceptionEntry, { type: 'list' }>,
  list: ValueList,
  at: ItemContext,
): DocumentDrop {
  const type = list.type === 'ip' || list.type === 'ip_range' ? list.type : 'keyword'
  const tests = chunksOf(list.values).flatMap(
    (values) =>
      matching([{ ...entry, operator: 'included' }], [{ id: list.id, type, values }], at) ?? [],
  )
  return (source) => tests.some((test) => test(source))
}

function chunksOf(values: readonly string[]): readonly (readonly string[])[] {
  const plain = values.filter((value) => !isRange(value))
  const ranges = values.filter(isRange)
  const size = ranges.length > maxDashRanges ? maxDashRanges : maxListValues
  return [...cut(plain, maxListValues), ...cut(ranges, size)]
}

function isRange(value: string): boolean {
  return value.includes('-')
}

function cut<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  )
}

/** A list of full texts holds a value when all words of the value occur in one of its texts. */
function textList(field: string, list: ValueList): DocumentDrop {
  const texts = list.values.map((text) => new Set(wordsOf(text)))
  return (source) =>
    valuesOf(source, field).some((value) => {
      const words = wordsOf(String(value))
      return words.length > 0 && texts.some((text) => words.every((word) => text.has(word)))
    })
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}
