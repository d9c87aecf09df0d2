import type { EventDocument } from '#event'
import { compileFilter, type FilterPlan, type MatchContext } from '#query'

const identityFields = new Set(['_id', '_index'])

/** Whether a plan asks for `_id` or `_index`, which stand beside a document and not in it. */
export function asksForIdentity(plan: FilterPlan): boolean {
  switch (plan.kind) {
    case 'not':
    case 'nested':
      return asksForIdentity(plan.of)
    case 'and':
    case 'or':
      return plan.of.some(asksForIdentity)
    case 'match':
    case 'match-any':
    case 'glob':
    case 'range':
    case 'between':
    case 'regexp':
    case 'exists':
      return plan.field.kind === 'field' && identityFields.has(plan.field.name)
    default:
      return false
  }
}

/**
 * A plan that only a document's own members decide and that no document meant by the given plan fails:
 * what is asked of `_id` and `_index` is taken as granted.
 */
export function withoutIdentity(plan: FilterPlan, granted = true): FilterPlan {
  switch (plan.kind) {
    case 'not':
      return { kind: 'not', of: withoutIdentity(plan.of, !granted) }
    case 'nested':
      return { ...plan, of: withoutIdentity(plan.of, granted) }
    case 'and':
    case 'or':
      return { kind: plan.kind, of: plan.of.map((part) => withoutIdentity(part, granted)) }
    default:
      if (!asksForIdentity(plan)) return plan
      return granted ? { kind: 'all' } : { kind: 'none' }
  }
}

/** Whether a document satisfies a plan that may ask for `_id` and `_index`. */
export function compileDocumentFilter(
  plan: FilterPlan,
  context: MatchContext,
): (event: EventDocument) => boolean {
  const matches = compileFilter(plan, context)
  if (!asksForIdentity(plan)) return ({ source }) => matches(source)
  return ({ source, id, index }) => matches({ ...source, _id: id, _index: index })
}
