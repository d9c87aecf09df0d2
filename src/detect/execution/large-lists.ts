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
import type { ExceptingItem } from './excepting-item.ts'

/** Whether an entry holds for a document. */
type EntryTest = (source: EventSource) => boolean

/**
 * Makes ready exception items whose value lists are too large for a filter, or of a type that filters do
 * not have: they are evaluated document by document. Items whose list is missing are named in `notApplied`.
 */
export function compileLargeLists(
  items: readonly ExceptionItem[],
  valueLists: readonly ValueList[],
  context: MatchContext,
): { readonly items: readonly ExceptingItem[]; readonly notApplied: readonly string[] } {
  const listsById = new Map(valueLists.map((list) => [list.id, list]))
  const notApplied: string[] = []
  const excepting: ExceptingItem[] = []
  for (const item of items) {
    const at = { item, listsById, context }
    const systems = systemTest(at)
    const entries = item.entries.map((entry) => compileEntry(entry, at))
    const known = entries.filter((test) => test !== undefined)
    if (known.length < entries.length || systems === undefined) notApplied.push(item.name)
    else {
      excepting.push({
        itemId: item.itemId,
        excepts: ({ source }) => systems(source) && known.every((test) => test(source)),
      })
    }
  }
  return { items: excepting, notApplied }
}

interface ItemContext {
  readonly item: ExceptionItem
  readonly listsById: ReadonlyMap<string, ValueList>
  readonly context: MatchContext
}

/** Whether a document is of one of the item's operating systems, or the item names none. */
function systemTest(at: ItemContext): EntryTest | undefined {
  const { osTypes: value } = at.item
  if (value.length === 0) return () => true
  const shared = { type: 'match_any', operator: 'included', value } as const
  const byType = matching({ ...shared, field: 'host.os.type' }, [], at)
  const byName = matching({ ...shared, field: 'host.os.name.caseless' }, [], at)
  if (byType === undefined || byName === undefined) return undefined
  return (source) => byType(source) || byName(source)
}

function compileEntry(entry: ExceptionEntry, at: ItemContext): EntryTest | undefined {
  if (entry.type !== 'list') return matching(entry, [], at)
  const list = at.listsById.get(entry.list.id)
  if (list === undefined) return undefined
  const inList = keptFor(list, entry.field, at.context, () =>
    list.type === 'text' ? textList(entry.field, list) : chunkedList(entry, list, at),
  )
  return entry.operator === 'included' ? inList : (source) => !inList(source)
}

/** Where an entry alone holds, whatever else its item says. */
function matching(
  entry: ExceptionEntry,
  valueLists: readonly ValueList[],
  { item, context }: ItemContext,
): EntryTest | undefined {
  const { expireTime: _expiry, ...lasting } = item
  const alone = { ...lasting, osTypes: [], entries: [entry] }
  const { filter, notApplied } = exceptionFilter([alone], valueLists, context)
  if (notApplied.length > 0) return undefined
  const dropped: FilterPlan = { kind: 'not', of: filter }
  return compileFilter(dropped, context)
}

const testsByList = new WeakMap<ValueList, Map<string, EntryTest>>()

/** A million values take a second to make ready: the test is kept while the list itself is. */
function keptFor(
  list: ValueList,
  field: string,
  { fields }: MatchContext,
  make: () => EntryTest,
): EntryTest {
  // What a date of a list means may depend on when it is asked.
  if (list.type.startsWith('date')) return make()
  const tests = testsByList.get(list) ?? new Map<string, EntryTest>()
  testsByList.set(list, tests)
  const key = `${fields.version} ${field}`
  const test = tests.get(key) ?? make()
  if (tests.size >= 20) tests.clear()
  tests.set(key, test)
  return test
}

/** A list in pieces that filters can hold; types they do not have are compared by the field's own. */
function chunkedList(
  entry: Extract<ExceptionEntry, { type: 'list' }>,
  list: ValueList,
  at: ItemContext,
): EntryTest {
  const type = list.type === 'ip' || list.type === 'ip_range' ? list.type : 'keyword'
  const chunks = type === 'keyword' ? cut(list.values, maxListValues) : chunksOfIps(list.values)
  const tests = chunks.flatMap(
    (values) =>
      matching({ ...entry, operator: 'included' }, [{ id: list.id, type, values }], at) ?? [],
  )
  return (source) => tests.some((test) => test(source))
}

function chunksOfIps(values: readonly string[]): readonly (readonly string[])[] {
  const plain = values.filter((value) => !isRange(value))
  const ranges = values.filter(isRange)
  return [...cut(plain, maxListValues), ...cut(ranges, maxDashRanges)]
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
function textList(field: string, list: ValueList): EntryTest {
  const texts = list.values.map((text) => new Set(wordsOf(text)))
  const textsByWord = new Map<string, ReadonlySet<string>[]>()
  for (const text of texts) {
    for (const word of text) {
      const known = textsByWord.get(word)
      if (known === undefined) textsByWord.set(word, [text])
      else known.push(text)
    }
  }
  const holds = (words: readonly string[]): boolean => {
    const places = words.map((word) => textsByWord.get(word) ?? [])
    const [rarest = []] = places.toSorted((a, b) => a.length - b.length)
    return rarest.some((text) => words.every((word) => text.has(word)))
  }
  return (source) => valuesOf(source, field).some((value) => holds(wordsOf(String(value))))
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}
