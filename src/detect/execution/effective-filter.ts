import { canonicalJson, type JsonValue } from '#base'
import type { FilterPlan, MatchContext } from '#query'
import { exceptionFilter, isExpired, type ExceptionItem, type ValueList } from '#rule'
import { compileLargeLists, type DocumentDrop } from './large-lists.ts'

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
  /** Documents that pass the filter and are excepted all the same. */
  readonly drops?: DocumentDrop
  /** Names of exception items that could not be applied. */
  readonly notApplied: readonly string[]
}

/** A rule's query and filters, without what exceptions drop, within what the settings include. */
export function effectiveFilter(parts: FilterParts): EffectiveFilter {
  const { exceptions, valueLists, settings, context, readsDocuments } = parts
  const lasting = exceptions.filter((item) => !isExpired(item, context.nowMs))
  const large = lasting.filter((item) => isTooLarge(item, valueLists, context))
  const small = lasting.filter((item) => !large.includes(item))
  const excepted = exceptionFilter(small, valueLists, context)
  const filter: FilterPlan = {
    kind: 'and',
    of: [parts.filter, excepted.filter, ...namespaceFilter(settings)],
  }
  if (large.length === 0) return { filter, notApplied: [] }
  if (!readsDocuments) return { filter, notApplied: large.map(({ name }) => name) }
  return { filter, ...compileLargeLists(large, valueLists, context) }
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
