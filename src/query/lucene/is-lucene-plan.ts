import { unreachable } from '#base'
import type { FieldSelector, FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import { regexpText } from './format-word.ts'
import { existsField } from './lower.ts'
import { compileRegexp } from '../regexp/compile.ts'

/** Whether Lucene has words for all of a plan, so that its formatted text means exactly the same. */
export function isLucenePlan(plan: FilterPlan): boolean {
  switch (plan.kind) {
    case 'all':
    case 'none':
      return true
    case 'not':
      return isLucenePlan(plan.of)
    case 'and':
    case 'or':
      return plan.of.every(isLucenePlan)
    case 'nested':
    case 'expression':
      return false
    case 'match':
      return (
        plan.caseless !== true &&
        isSayableField(plan.field) &&
        // A value that begins with a comparison is one, quotes aside.
        (plan.literal.quoted || plan.field.kind === 'any' || !isComparison(plan.literal.value))
      )
    case 'match-any':
      return plan.caseless !== true && isSayableField(plan.field)
    case 'glob':
      return plan.caseless !== true && isSayableField(plan.field) && isWildcard(plan.glob)
    case 'regexp':
      return (
        plan.caseless !== true &&
        isSayableField(plan.field) &&
        regexpText(plan.pattern) === `/${plan.pattern}/` &&
        compileRegexp(plan.pattern).ok
      )
    case 'exists':
      return isSayableField(plan.field)
    case 'range':
      return isSayableField(plan.field) && plan.value !== ''
    case 'between':
      return isSayableField(plan.field) && plan.low.value !== '' && plan.high.value !== ''
    default:
      return unreachable(plan)
  }
}

function isComparison(value: string | number | boolean): boolean {
  return typeof value === 'string' && /^[<>]/.test(value)
}

function isSayableField(field: FieldSelector): boolean {
  switch (field.kind) {
    case 'any':
      return true
    case 'field':
      return field.name !== existsField && /^[^*]+$/.test(field.name)
    case 'pattern':
      return (
        field.parts.length > 1 &&
        field.parts.some((part) => part.kind === 'any-run') &&
        field.parts.every(
          (part) =>
            part.kind === 'any-run' || (part.kind === 'literal' && !part.text.includes('*')),
        )
      )
    default:
      return unreachable(field)
  }
}

/** Whether parts read like a word with a wildcard; a lone `*` asks for existence. */
function isWildcard(parts: readonly GlobPart[]): boolean {
  const isStar = parts.length === 1 && parts[0]?.kind === 'any-run'
  return !isStar && parts.some((part) => part.kind !== 'literal')
}
