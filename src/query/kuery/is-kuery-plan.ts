import { unreachable } from '#base'
import type { FieldSelector, FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import { globText } from '../plan/glob-text.ts'

/** Whether KQL has words for all of a plan, so that its formatted text means exactly the same. */
export function isKueryPlan(plan: FilterPlan): boolean {
  return isSayable(plan, '')
}

function isSayable(plan: FilterPlan, prefix: string): boolean {
  switch (plan.kind) {
    case 'all':
    case 'none':
      return true
    case 'not':
      return isSayable(plan.of, prefix)
    case 'and':
    case 'or':
      return plan.of.every((part) => isSayable(part, prefix))
    case 'nested':
      return plan.path.startsWith(prefix) && isSayable(plan.of, `${plan.path}.`)
    case 'match':
      return (
        plan.caseless !== true &&
        isSayableField(plan.field, prefix) &&
        (plan.literal.quoted || isTrimmed(String(plan.literal.value)))
      )
    case 'match-any':
      return plan.caseless !== true && isSayableField(plan.field, prefix)
    // A lone `*` asks for existence.
    case 'glob':
      return (
        plan.caseless !== true &&
        isSayableField(plan.field, prefix) &&
        plan.glob.length > 1 &&
        isWildcard(plan.glob)
      )
    case 'exists':
      // `*` and `*:*` mean all documents, an empty one too.
      return isSayableField(plan.field, prefix) && !isAnyField(plan.field)
    case 'between':
    case 'regexp':
    case 'expression':
      return false
    case 'range':
      return isSayableField(plan.field, prefix) && plan.field.kind !== 'any'
    default:
      return unreachable(plan)
  }
}

function isSayableField(field: FieldSelector, prefix: string): boolean {
  switch (field.kind) {
    case 'any':
      return true
    case 'field':
      return field.name.startsWith(prefix)
    case 'pattern':
      return globText(field.parts).startsWith(prefix) && isWildcard(field.parts)
    default:
      return unreachable(field)
  }
}

function isAnyField(field: FieldSelector): boolean {
  return field.kind === 'any' || (field.kind === 'pattern' && field.parts.length === 1)
}

/** Whether parts read like an unquoted word with a wildcard. */
function isWildcard(parts: readonly GlobPart[]): boolean {
  const text = globText(parts)
  return (
    parts.every((part) => part.kind !== 'any-one') &&
    parts.some((part) => part.kind === 'any-run') &&
    isTrimmed(text)
  )
}

function isTrimmed(text: string): boolean {
  return text === text.trim()
}
