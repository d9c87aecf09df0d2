import { canonicalJson, type JsonValue } from '#base'
import type { FilterPlan, MatchContext } from '#query'
import { exceptionFilter, isExpired, type ExceptionItem, type ValueList } from '#rule'
import type { ExceptingItem } from './excepting-item.ts'
import { compileDocumentFilter } from './identity-fields.ts'
import { compileLargeLists } from './large-lists.ts'

/** Settings that narrow what every rule of an installation reads. */
export interface DetectionSettings {
  /** Only documents of these data stream namespaces; absent or empty: all. */
  readonly includedNamespaces?: readonly string[]
}

/** Everything that decides which documents a rule means, beside its own query. */
export interface FilterParts {
  readonly filter: FilterPlan
  readonly exceptions: readonly ExceptionItem[]
  readonly valueLists: readonly ValueList[]
  readonly settings: DetectionSettings
  /** Its `nowMs` is the execution's start: what expired before it does not except. */
  readonly context: MatchContext
  /** Whether exceptions that no filter can hold may be evaluated document by document. */
  readonly readsDocuments: boolean
}

/** The filter of one execution, what it cannot say, and which exception items count for nothing. */
export interface EffectiveFilter {
  readonly filter: FilterPlan
  /** The filter without its exceptions. */
  readonly unexcepted: FilterPlan
  /** The part of `filter` that drops what is excepted: the very object. */
  readonly exceptions: FilterPlan
  /** The items which that part is made of, one by one. */
  readonly items: readonly ExceptingItem[]
  /** Items that no filter can hold: documents pass the filter and are excepted all the same. */
  readonly largeItems: readonly ExceptingItem[]
  /** Names of exception items that could not be applied. */
  readonly notApplied: readonly string[]
}

/** A rule's query and filters, without what exceptions drop, within what the settings include. */
export function effectiveFilter(parts: FilterParts): EffectiveFilter {
  const { exceptions, valueLists, settings, context, readsDocuments } = parts
  const lasting = exceptions.filter((item) => !isExpired(item, context.nowMs))
  const large = lasting.filter((item) => isTooLarge(item, valueLists, context))
  const small = lasting.filter((item) => !large.includes(item))
  const excepted = exceptionFilter(small, valueLists, context).filter
  const included = [parts.filter, ...namespaceFilter(settings)]
  const effective = {
    filter: { kind: 'and', of: [...included, excepted] },
    unexcepted: { kind: 'and', of: included },
    exceptions: excepted,
    items: small.map((item) => exceptingItem(item, valueLists, context)),
  } as const
  if (large.length === 0) return { ...effective, largeItems: [], notApplied: [] }
  if (!readsDocuments) {
    return { ...effective, largeItems: [], notApplied: large.map(({ name }) => name) }
  }
  const { items, notApplied } = compileLargeLists(large, valueLists, context)
  return { ...effective, largeItems: items, notApplied }
}

function exceptingItem(
  item: ExceptionItem,
  valueLists: readonly ValueList[],
  context: MatchContext,
): ExceptingItem {
  const { filter } = exceptionFilter([item], valueLists, context)
  return {
    itemId: item.itemId,
    excepts: compileDocumentFilter({ kind: 'not', of: filter }, context),
  }
}

function isTooLarge(
  item: ExceptionItem,
  valueLists: readonly ValueList[],
  context: MatchContext,
): boolean {
  return exceptionFilter([item], valueLists, context).notApplied.length > 0
}

function namespaceFilter({ includedNamespaces = [] }: DetectionSettings): readonly FilterPlan[] {
  if (includedNamespaces.length === 0) return []
  return [
    {
      kind: 'match-any',
      field: { kind: 'field', name: 'data_stream.namespace' },
      values: includedNamespaces,
    },
  ]
}

/** The same text for filters that mean the same documents at the same time, for cache keys. */
export function filterKey(filter: FilterPlan): string {
  return canonicalJson(jsonOf(filter))
}

/** Whether a filter, by its {@link filterKey}, may mean other documents at another time: some text begins with `now`. */
export function dependsOnTime(key: string): boolean {
  return beginsWithNow.test(key)
}

/** Before it nothing but what is no letter; what is escaped in JSON may be white space. */
const beginsWithNow = /"(?:\\u[0-9a-f]{4}|\\[^u]|[^"\\a-zA-Z])*now/

/** Plans are plain data; this says so to the compiler by walking them. */
function jsonOf(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)]))
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  return null
}
