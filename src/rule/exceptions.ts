import { parseDate } from '#base'
import type { FieldSelector, FilterPlan, GlobPart } from '#query'
import type { EntryOperator, ExceptionEntry, ExceptionItem, ValueList } from './exception-list.ts'
import { cidrsOfRange } from './ip-range.ts'

/** Larger value lists are not made into filters. */
export const maxListValues = 65_536

/** More ranges with a dash (`10.0.0.3-10.0.0.17`) are not made into filters. */
export const maxDashRanges = 200

/** What a rule's exceptions do to its query. */
export interface ExceptionFilter {
  /** What is left: and-ed to the rule's query, it drops every event that some item matches. */
  readonly filter: FilterPlan
  /** Names of the items that could not be made into a filter, and so except nothing. */
  readonly notApplied: readonly string[]
}

/**
 * The filter of exception items: items are alternatives, an item's entries are conditions together, and
 * the whole is negated. An item whose time ran out before `nowMs` (the execution's start) counts for
 * nothing. An item that refers to a value list which is missing, too large, or of a type that filters
 * cannot hold is named in `notApplied`.
 */
export function exceptionFilter(
  items: readonly ExceptionItem[],
  valueLists: readonly ValueList[],
  { nowMs }: { readonly nowMs: number },
): ExceptionFilter {
  const listsById = new Map(valueLists.map((list) => [list.id, list]))
  const plans: FilterPlan[] = []
  const notApplied: string[] = []
  for (const item of items) {
    if (isExpired(item, nowMs)) continue
    const plan = planOfItem(item, listsById)
    if (plan === undefined) notApplied.push(item.name)
    else plans.push(plan)
  }
  return { filter: plans.length === 0 ? { kind: 'all' } : not(anyOf(plans)), notApplied }
}

/** Whether an item's time ran out strictly before `nowMs`. */
export function isExpired({ expireTime }: ExceptionItem, nowMs: number): boolean {
  const expiresMs = expireTime === undefined ? undefined : parseDate(expireTime)
  return expiresMs !== undefined && expiresMs < nowMs
}

type ListsById = ReadonlyMap<string, ValueList>

function planOfItem(item: ExceptionItem, lists: ListsById): FilterPlan | undefined {
  // Without entries an item would except everything; codecs refuse it, and so do we.
  if (item.entries.length === 0) return undefined
  const entries = item.entries.map((entry) => planOfEntry(entry, '', lists))
  const known = entries.filter((entry) => entry !== undefined)
  if (known.length < entries.length) return undefined
  const systems = item.osTypes.flatMap((os) => [
    phrase(fieldNamed('host.os.type'), os),
    phrase(fieldNamed('host.os.name.caseless'), os),
  ])
  return allOf(systems.length === 0 ? known : [anyOf(systems), ...known])
}

/** The plan of one entry below `prefix`; undefined where its value list cannot be a filter. */
function planOfEntry(
  entry: ExceptionEntry,
  prefix: string,
  lists: ListsById,
): FilterPlan | undefined {
  const field = fieldNamed(`${prefix}${entry.field}`)
  switch (entry.type) {
    case 'match':
      return signed(entry.operator, phrase(field, entry.value))
    case 'match_any':
      // Not `match-any`: each value is a phrase, which on text fields is analysed and on ip may be a network.
      return signed(entry.operator, anyOf(entry.value.map((value) => phrase(field, value))))
    case 'wildcard':
      return signed(entry.operator, { kind: 'glob', field, glob: globOf(entry.value) })
    case 'exists':
      return signed(entry.operator, { kind: 'exists', field })
    case 'list': {
      const plan = planOfList(field, lists.get(entry.list.id))
      return plan === undefined ? undefined : signed(entry.operator, plan)
    }
    case 'nested': {
      const path = `${prefix}${entry.field}`
      const inner = entry.entries.map((each) => planOfEntry(each, `${path}.`, lists))
      const known = inner.filter((plan) => plan !== undefined)
      if (known.length < inner.length || known.length === 0) return undefined
      return { kind: 'nested', path, of: allOf(known) }
    }
  }
}

function planOfList(field: FieldSelector, list: ValueList | undefined): FilterPlan | undefined {
  if (list === undefined || list.values.length > maxListValues) return undefined
  if (list.type === 'keyword') return { kind: 'match-any', field, values: list.values }
  if (list.type !== 'ip' && list.type !== 'ip_range') return undefined
  const ranges = list.values.filter(isRange)
  if (ranges.length > maxDashRanges) return undefined
  // One value must lie inside the range: networks say that, while two bounds could be met by two values.
  const fromRanges = ranges.map(cidrsOfRange)
  const known = fromRanges.filter((cidrs) => cidrs !== undefined)
  if (known.length < fromRanges.length) return undefined
  const values = [...list.values.filter((value) => !isRange(value)), ...known.flat()]
  const networks = values.filter((value) => value.includes('/'))
  const addresses = values.filter((value) => !value.includes('/'))
  const plans = networks.map((network) => phrase(field, network))
  if (addresses.length > 0) plans.push({ kind: 'match-any', field, values: addresses })
  return anyOf(plans)
}

function isRange(value: string): boolean {
  return value.includes('-')
}

/** The pieces of a wildcard text: `*` any run, `?` any one character, `\` takes the next one as it is. */
export function globOf(text: string): readonly GlobPart[] {
  const parts: GlobPart[] = []
  let literal = ''
  const close = (): void => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal })
    literal = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && at + 1 < text.length) {
      at += 1
      literal += text[at] ?? ''
    } else if (character === '*' || character === '?') {
      close()
      parts.push({ kind: character === '*' ? 'any-run' : 'any-one' })
    } else literal += character
  }
  close()
  return parts
}

function fieldNamed(name: string): FieldSelector {
  return { kind: 'field', name }
}

function phrase(field: FieldSelector, value: string): FilterPlan {
  return { kind: 'match', field, literal: { value, quoted: true } }
}

function signed(operator: EntryOperator, plan: FilterPlan): FilterPlan {
  return operator === 'included' ? plan : not(plan)
}

function not(of: FilterPlan): FilterPlan {
  return { kind: 'not', of }
}

function anyOf(of: readonly FilterPlan[]): FilterPlan {
  if (of.length === 0) return { kind: 'none' }
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'or', of }
}

function allOf(of: readonly FilterPlan[]): FilterPlan {
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'and', of }
}
