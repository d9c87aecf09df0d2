import type { FieldCatalogue, FieldName } from '#event'
import {
  necessaryTerms,
  normalForm,
  type FieldSelector,
  type FilterPlan,
  type NecessaryTerm,
  type NecessaryTerms,
} from '#query'
import type { StoreKnowledge } from './store-knowledge.ts'

/** What no document of an index has, and without which none can pass a filter. */
export interface UnmetNeed {
  /** `field`: none of the fields is ever there. `value`: the field never has one of the values. `nothing`: no document can pass. */
  readonly kind: 'field' | 'value' | 'nothing'
  readonly fields: readonly FieldName[]
  readonly values: readonly string[]
  /** The filter has other ways to be passed, which lack more. */
  readonly isNearest?: true
}

/**
 * Fields whose values say which kind of data a document is. A value of these that was never seen means that
 * nobody sends such data; a program's name that was never seen may be the very thing to wait for.
 */
export const kindFields: ReadonlySet<FieldName> = new Set([
  'agent.type',
  'cloud.provider',
  'data_stream.dataset',
  'data_stream.type',
  'event.category',
  'event.dataset',
  'event.kind',
  'event.module',
  'host.os.family',
  'host.os.platform',
  'host.os.type',
])

/** What an index is asked about. */
export interface IndexQuestion {
  readonly index: string
  readonly knowledge: StoreKnowledge
  readonly fields: FieldCatalogue
}

/**
 * Why no document of an index can pass a filter; empty where nothing known speaks against it, which is no
 * promise that one does. Negations count as passable.
 */
export function unmetNeeds(
  plan: FilterPlan,
  question: IndexQuestion,
): Promise<readonly UnmetNeed[]> {
  return unmetOf(normalForm(plan), question)
}

async function unmetOf(plan: FilterPlan, question: IndexQuestion): Promise<readonly UnmetNeed[]> {
  switch (plan.kind) {
    case 'all':
    case 'not':
      return []
    case 'none':
      return [{ kind: 'nothing', fields: [], values: [] }]
    case 'nested':
      return unmetOf(plan.of, question)
    case 'and':
      return withoutRepetition(
        (await Promise.all(plan.of.map((part) => unmetOf(part, question)))).flat(),
      )
    case 'or':
      return unmetByAll(await Promise.all(plan.of.map((part) => unmetOf(part, question))))
    default:
      return unmetTerms(plan, question)
  }
}

type LeafPlan = Extract<
  FilterPlan,
  { readonly field: FieldSelector } | { readonly kind: 'expression' }
>

async function unmetTerms(leaf: LeafPlan, question: IndexQuestion): Promise<readonly UnmetNeed[]> {
  const clauses = await Promise.all(
    termsOf(leaf, question.fields).map(async (terms): Promise<readonly UnmetNeed[]> => {
      const there = await Promise.all(terms.map((term) => mayHold(term, question)))
      return there.includes('yes') ? [] : [needOf(terms, there)]
    }),
  )
  return clauses.flat()
}

/** Stores also name the objects on the way to a field, so that one which exists only through its parts is known too. */
function termsOf(leaf: LeafPlan, fields: FieldCatalogue): NecessaryTerms {
  const terms = necessaryTerms(leaf, fields)
  if (leaf.kind !== 'exists' || leaf.field.kind !== 'field' || terms.length > 0) return terms
  return [[{ kind: 'field', field: leaf.field.name }]]
}

type Presence = 'yes' | 'no-field' | 'no-value'

async function mayHold(
  term: NecessaryTerm,
  { index, knowledge }: IndexQuestion,
): Promise<Presence> {
  if (!(await knowledge.mayHaveField(index, term.field))) return 'no-field'
  if (term.kind === 'field' || !kindFields.has(term.field)) return 'yes'
  return (await knowledge.mayHaveValue(index, term.field, term.value)) ? 'yes' : 'no-value'
}

/** A field that is there without the value tells more than its other names that are not. */
function needOf(terms: readonly NecessaryTerm[], there: readonly Presence[]): UnmetNeed {
  const valueless = terms.filter((_, at) => there[at] === 'no-value')
  const telling = valueless.length > 0 ? valueless : terms
  return {
    kind: terms.length === 0 ? 'nothing' : valueless.length > 0 ? 'value' : 'field',
    // The first name of a field is the one that people know.
    fields: [...new Set(telling.map(({ field }) => field))].slice(0, 1),
    values:
      valueless.length > 0
        ? [...new Set(valueless.flatMap((term) => (term.kind === 'value' ? [term.value] : [])))]
        : [],
  }
}

/** What every one of several ways lacks: told as one need where they are alike, else by the way that lacks least. */
function unmetByAll(ways: readonly (readonly UnmetNeed[])[]): readonly UnmetNeed[] {
  if (ways.some((way) => way.length === 0)) return []
  const shared = (ways[0] ?? []).filter((need) => ways.every((way) => way.some(sameAs(need))))
  if (shared.length > 0) return shared
  const single = ways.flatMap((way) => (way.length === 1 ? way : []))
  const merged = single.length === ways.length ? mergedNeed(single) : undefined
  if (merged !== undefined) return [merged]
  const [nearest = []] = ways.toSorted((a, b) => a.length - b.length)
  return nearest.map((need) => ({ ...need, isNearest: true }))
}

function mergedNeed(needs: readonly UnmetNeed[]): UnmetNeed | undefined {
  const fields = [...new Set(needs.flatMap((need) => need.fields))]
  const values = [...new Set(needs.flatMap((need) => need.values))]
  const isOf = (kind: UnmetNeed['kind']) => needs.every((need) => need.kind === kind)
  if (isOf('field')) return { kind: 'field', fields, values: [] }
  if (isOf('value') && fields.length === 1) return { kind: 'value', fields, values }
  return undefined
}

function sameAs(one: UnmetNeed): (other: UnmetNeed) => boolean {
  return (other) => needKey(one) === needKey(other)
}

/** The same text for needs that say the same. */
export function needKey({ kind, fields, values }: UnmetNeed): string {
  return JSON.stringify([kind, fields.toSorted(), values.toSorted()])
}

function withoutRepetition(needs: readonly UnmetNeed[]): readonly UnmetNeed[] {
  return [...new Map(needs.map((need) => [needKey(need), need])).values()]
}
