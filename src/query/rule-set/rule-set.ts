import type { EventDocument, EventSource, FieldCatalogue, FieldName } from '#event'
import type { AskedFilter } from './asked-filter.ts'
import {
  chainOf,
  cheapestFirst,
  forEachPredicate,
  isSatisfied,
  type Condition,
} from './condition.ts'
import { compileFilters, type CompiledFilters } from './compiled-filters.ts'
import type { SlotValues } from './slot-values.ts'
import type { RuleSetEntry } from './entry.ts'
import { conditionText, type FilterAccount } from './explain.ts'
import { findings } from './findings.ts'
import { ordinaryRuleSet, type RuleSetOptions } from './rule-set-options.ts'
import { sharedBook } from './shared-book.ts'

/**
 * Many filters compiled into one matcher. For each document it gives the filters that it satisfies: the
 * same as asking each filter of it, at a cost that hardly depends on their number. Filters come and go at
 * little cost; what that makes stale is compiled anew while documents are matched, bit by bit.
 */
export interface RuleSet<Key> {
  /** Adds a filter, or replaces that of the key. One that means what it did already costs next to nothing. */
  put(key: Key, asked: AskedFilter): void
  delete(key: Key): void
  readonly size: number
  /** The keys of all filters that a document satisfies, in no order; valid until the next call. */
  matching(source: EventSource, index?: string): readonly Key[]
  /**
   * The same for a document that is not parsed, from its JSON text in UTF-8. Undefined for what is no JSON
   * object, and for some rare documents that are: parse those, and ask {@link RuleSet.matching}. Where
   * WebAssembly lacks SIMD that is all of them.
   */
  matchingJson(json: Uint8Array, index?: string): readonly Key[] | undefined
  /** The same for an event in its index, which is not parsed where its text is at hand and tells enough. */
  matchingEvent(event: Pick<EventDocument, 'index' | 'source' | 'written'>): readonly Key[]
  /** The values that the document asked about last has in one of the fields of {@link RuleSetOptions.reads}. */
  valuesOf(field: FieldName): SlotValues
  /** Whether there is anything but null in one of these fields, or below it. */
  isPresent(field: FieldName): boolean
  /** How the documents of a filter are found, as things stand; undefined for a key that is not there. */
  accountOf(key: Key): FilterAccount | undefined
}

/** A {@link RuleSet} without filters. */
export function ruleSet<Key>(
  fields: FieldCatalogue,
  options: RuleSetOptions = ordinaryRuleSet,
): RuleSet<Key> {
  const entries = new Map<Key, RuleSetEntry<Key>>()
  let { book, document, slots } = sharedBook(fields)
  const found = findings<Key>()
  let compiled: CompiledFilters<Key> | undefined
  /** Filters that came after compilation: asked of every document. */
  let late: RuleSetEntry<Key>[] = []
  let changes = 0
  let documentsWithChanges = 0

  const conditionOf = ({ filter, context, indices }: AskedFilter): Condition => {
    const condition = cheapestFirst(book.conditionOf(filter, context), book.costOf)
    return indices === undefined ? condition : chainOf('and', [book.inIndices(indices), condition])
  }

  const takeOut = (entry: RuleSetEntry<Key> | undefined): void => {
    if (entry === undefined) return
    entry.isLive = false
    entries.delete(entry.key)
    changes++
  }

  const readBeside = (): void => {
    for (const field of options.reads) {
      slots.slotOf(field)
      slots.presenceSlotOf(field)
    }
  }
  readBeside()

  /** What filters asked that are gone stays in a book: a full one is left behind. */
  const renewBook = (): void => {
    const fresh = sharedBook(fields)
    if (fresh.book === book) return
    ;({ book, document, slots } = fresh)
    readBeside()
    for (const entry of entries.values()) entry.condition = conditionOf(entry.asked)
  }

  const current = (): CompiledFilters<Key> => {
    if (changes > 0) documentsWithChanges++
    const isStale =
      changes > options.maxChanges || documentsWithChanges > options.maxDocumentsWithChanges
    if (compiled !== undefined && !isStale && !compiled.isOverrun()) return compiled
    renewBook()
    late = []
    changes = 0
    documentsWithChanges = 0
    compiled = compileFilters([...entries.values()], {
      book,
      document,
      slots,
      findings: found,
      options,
    })
    return compiled
  }

  const matchOpen = (filters: CompiledFilters<Key>): readonly Key[] => {
    found.begin()
    filters.match()
    for (const entry of late) {
      if (!entry.isLive) continue
      found.look(entry)
      if (isSatisfied(entry.condition, document.holds)) found.add(entry)
    }
    return found.keys
  }

  const matching = (source: EventSource, index = ''): readonly Key[] => {
    const filters = current()
    document.open(source, index)
    return matchOpen(filters)
  }

  const matchingJson = (json: Uint8Array, index = ''): readonly Key[] | undefined => {
    const filters = current()
    return document.openJson(json, index) ? matchOpen(filters) : undefined
  }

  return {
    put(key, asked) {
      const condition = conditionOf(asked)
      const before = entries.get(key)
      if (before !== undefined && isSame(before.condition, condition)) return
      takeOut(before)
      const counts = { looked: 0, matched: 0, lookedAt: 0, matchedAt: 0 }
      const entry = { key, asked, condition, isLive: true, ...counts }
      entries.set(key, entry)
      late.push(entry)
      changes++
    },
    delete: (key) => takeOut(entries.get(key)),
    get size() {
      return entries.size
    },
    matching,
    matchingJson,
    matchingEvent(event) {
      const { written, index } = event
      const found = written === undefined ? undefined : matchingJson(written.json, index)
      return found ?? matching(event.source, index)
    },
    valuesOf: (field) => slots.valuesIn(slots.slotOf(field)),
    isPresent: (field) => slots.valuesIn(slots.presenceSlotOf(field)) !== undefined,
    accountOf(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      const texts = (numbers: readonly number[] | undefined) => numbers?.map(book.textOf)
      const textOf = (condition: Condition) => conditionText(condition, book.textOf)
      const { ofAnySort, bySort } = current().accountOf(entry)
      const own = new Set<number>()
      forEachPredicate(entry.condition, (predicate) => own.add(predicate))
      return {
        condition: textOf(entry.condition),
        looked: entry.looked,
        matched: entry.matched,
        access: texts(ofAnySort?.access),
        sorts: bySort
          .toSorted((a, b) => b.documents - a.documents)
          .map(({ satisfied, documents, left, access }) => ({
            satisfied: satisfied.filter((number) => own.has(number)).map(book.textOf),
            documents,
            left: textOf(left),
            access: texts(access),
          })),
      }
    },
  }
}

function isSame(a: Condition, b: Condition): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
