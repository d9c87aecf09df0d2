import { unreachable } from '#base'
import type { FieldSelector, FilterPlan } from '../plan/filter-plan.ts'
import { rangesOf } from '../plan/ranges-of.ts'
import { fieldsExist } from '../plan/value-expression.ts'
import { fieldText, globWord, literalText, patternText, wordText } from './format-word.ts'

/**
 * KQL that parses to the same plan. What KQL cannot say is written in its nearest words: lists as "or",
 * caseless comparisons as plain ones, `?` of a glob as the character, a span as two ranges, a regular expression
 * as its text, an expression as the existence of its fields; `isKueryPlan` tells.
 */
export function formatKuery(plan: FilterPlan): string {
  return formatPlan(inKueryTerms(plan), '')
}

/** What KQL has words for: lists spelt out, chains of none or one resolved. */
type KueryPlan = Exclude<
  FilterPlan,
  { readonly kind: 'match-any' | 'between' | 'regexp' | 'expression' }
>

function inKueryTerms(plan: FilterPlan): KueryPlan {
  if (plan.kind === 'match-any') {
    const { field } = plan
    const of = plan.values.map((value): FilterPlan => ({
      kind: 'match',
      field,
      literal: { value, quoted: true },
    }))
    return inKueryTerms({ kind: 'or', of })
  }
  if (plan.kind === 'expression') return inKueryTerms(fieldsExist(plan.of))
  if (plan.kind === 'between') return { kind: 'and', of: rangesOf(plan) }
  if (plan.kind === 'regexp') {
    return { kind: 'match', field: plan.field, literal: { value: plan.pattern, quoted: true } }
  }
  if (plan.kind !== 'and' && plan.kind !== 'or') return plan
  const [first, ...more] = plan.of
  if (first === undefined) return { kind: plan.kind === 'and' ? 'all' : 'none' }
  return more.length === 0 ? inKueryTerms(first) : plan
}

function formatPlan(given: FilterPlan, prefix: string): string {
  const plan = inKueryTerms(given)
  switch (plan.kind) {
    case 'all':
      return prefix === '' ? '*:*' : '*'
    case 'none':
      return 'not *'
    case 'not':
      return `not ${formatOperand(plan.of, prefix, isComposed)}`
    case 'and':
    case 'or':
      return formatChain(plan, prefix)
    case 'nested':
      return `${fieldText(plan.path, prefix)}:{ ${formatPlan(plan.of, `${plan.path}.`)} }`
    case 'range':
      return `${selectorText(plan.field, prefix)} ${comparisons[plan.op]} ${wordText(String(plan.value))}`
    case 'match':
    case 'glob':
    case 'exists':
      return plan.field.kind === 'any'
        ? valueText(plan)
        : `${selectorText(plan.field, prefix)}:${valueText(plan)}`
    default:
      return unreachable(plan)
  }
}

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function formatChain(plan: Chain, prefix: string): string {
  const field = sharedField(plan)
  if (field !== undefined) return `${selectorText(field, prefix)}:(${formatValues(plan)})`
  // "and" binds tighter than "or", but a chain directly within its like needs brackets to stay apart.
  const needsBrackets = plan.kind === 'or' ? isOr : isChain
  return plan.of.map((part) => formatOperand(part, prefix, needsBrackets)).join(` ${plan.kind} `)
}

type Chain = Extract<FilterPlan, { readonly kind: 'and' | 'or' }>

function formatOperand(
  given: FilterPlan,
  prefix: string,
  needsBrackets: (plan: KueryPlan) => boolean,
): string {
  const plan = inKueryTerms(given)
  const text = formatPlan(plan, prefix)
  return needsBrackets(plan) && !isValueList(plan) ? `(${text})` : text
}

function isOr(plan: KueryPlan): boolean {
  return plan.kind === 'or'
}

function isChain(plan: KueryPlan): boolean {
  return plan.kind === 'and' || plan.kind === 'or'
}

function isComposed(plan: KueryPlan): boolean {
  return isChain(plan) || plan.kind === 'not' || plan.kind === 'none'
}

function isValueList(plan: KueryPlan): boolean {
  return isChain(plan) && sharedField(plan) !== undefined
}

/** The one field that all conditions of a chain ask about, so that it can be written `field:(a or b)`. */
function sharedField(given: FilterPlan): FieldSelector | undefined {
  const plan = inKueryTerms(given)
  switch (plan.kind) {
    case 'match':
    case 'glob':
    case 'exists':
      return plan.field.kind === 'any' ? undefined : plan.field
    case 'not':
      return sharedField(plan.of)
    case 'and':
    case 'or': {
      const [first, ...rest] = plan.of.map(sharedField)
      const key = JSON.stringify(first)
      return rest.every((field) => JSON.stringify(field) === key) ? first : undefined
    }
    case 'all':
    case 'none':
    case 'range':
    case 'nested':
      return undefined
    default:
      return unreachable(plan)
  }
}

/** The values of conditions that share a field, without the field. */
function formatValues(given: FilterPlan): string {
  const plan = inKueryTerms(given)
  switch (plan.kind) {
    case 'not':
      return `not ${formatValueOperand(plan.of, isComposed)}`
    case 'and':
    case 'or': {
      const needsBrackets = plan.kind === 'or' ? isOr : isChain
      return plan.of.map((part) => formatValueOperand(part, needsBrackets)).join(` ${plan.kind} `)
    }
    case 'match':
    case 'glob':
    case 'exists':
      return valueText(plan)
    case 'all':
    case 'none':
    case 'range':
    case 'nested':
      return formatPlan(plan, '')
    default:
      return unreachable(plan)
  }
}

function formatValueOperand(
  given: FilterPlan,
  needsBrackets: (plan: KueryPlan) => boolean,
): string {
  const plan = inKueryTerms(given)
  return needsBrackets(plan) ? `(${formatValues(plan)})` : formatValues(plan)
}

function valueText(
  plan: Extract<KueryPlan, { readonly kind: 'match' | 'glob' | 'exists' }>,
): string {
  if (plan.kind === 'exists') return '*'
  return plan.kind === 'glob' ? globWord(plan.glob) : literalText(plan.literal)
}

function selectorText(field: FieldSelector, prefix: string): string {
  if (field.kind === 'field') return fieldText(field.name, prefix)
  return field.kind === 'pattern' ? patternText(field.parts, prefix) : '*'
}
