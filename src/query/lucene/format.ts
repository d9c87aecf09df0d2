import { unreachable } from '#base'
import type { FieldSelector, FilterPlan } from '../plan/filter-plan.ts'
import { fieldsExist } from '../plan/value-expression.ts'
import { boundText, fieldText, globWord, phraseText, regexpText, wordText } from './format-word.ts'
import { existsField } from './lower.ts'

/**
 * Lucene that parses to the same plan. What Lucene cannot say is written in its nearest words: lists as OR,
 * conditions on nested objects as plain ones, caseless comparisons as exact ones, an expression as the existence
 * of its fields; `isLucenePlan` tells.
 */
export function formatLucene(plan: FilterPlan): string {
  return formatPlan(inLuceneTerms(plan), false)
}

/** What Lucene has words for: lists spelt out, chains of none or one resolved, nested parts opened. */
type LucenePlan = Exclude<FilterPlan, { readonly kind: 'match-any' | 'nested' | 'expression' }>

function inLuceneTerms(plan: FilterPlan): LucenePlan {
  if (plan.kind === 'nested') return inLuceneTerms(plan.of)
  if (plan.kind === 'expression') return inLuceneTerms(fieldsExist(plan.of))
  if (plan.kind === 'match-any') {
    const { field } = plan
    const of = plan.values.map((value): FilterPlan => ({
      kind: 'match',
      field,
      literal: { value, quoted: true },
    }))
    return inLuceneTerms({ kind: 'or', of })
  }
  if (plan.kind !== 'and' && plan.kind !== 'or') return plan
  const [first, ...more] = plan.of
  if (first === undefined) return { kind: plan.kind === 'and' ? 'all' : 'none' }
  return more.length === 0 ? inLuceneTerms(first) : plan
}

/** `hasField`: the field stands before the parentheses that this is written in. */
function formatPlan(plan: LucenePlan, hasField: boolean): string {
  switch (plan.kind) {
    case 'all':
      return '*:*'
    case 'none':
      return 'NOT *:*'
    case 'not': {
      const inner = inLuceneTerms(plan.of)
      const text = formatPlan(inner, hasField)
      return needsGroup(inner, hasField) || isNegative(inner) ? `NOT (${text})` : `NOT ${text}`
    }
    case 'and':
    case 'or': {
      const field = hasField ? undefined : sharedField(plan)
      if (field === undefined) return formatParts(plan, hasField)
      return `${selectorText(field)}:(${formatParts(plan, true)})`
    }
    case 'exists':
      return existenceText(plan.field, hasField)
    case 'match':
    case 'glob':
    case 'range':
    case 'between':
    case 'regexp':
      return hasField || plan.field.kind === 'any'
        ? valueText(plan)
        : `${selectorText(plan.field)}:${valueText(plan)}`
    default:
      return unreachable(plan)
  }
}

type Chain = Extract<FilterPlan, { readonly kind: 'and' | 'or' }>

/** One kind of operator on each level, so that precedence is never in doubt. */
function formatParts(plan: Chain, hasField: boolean): string {
  const parts = plan.of.map((given) => {
    const part = inLuceneTerms(given)
    const text = formatPlan(part, hasField)
    // In an OR, a bare NOT would exclude from all of it.
    const isApart = needsGroup(part, hasField) || (plan.kind === 'or' && isNegative(part))
    return isApart ? `(${text})` : text
  })
  return parts.join(plan.kind === 'and' ? ' AND ' : ' OR ')
}

function needsGroup(plan: LucenePlan, hasField: boolean): boolean {
  return isChain(plan) && (hasField || sharedField(plan) === undefined)
}

function isChain(plan: LucenePlan): plan is Chain {
  return plan.kind === 'and' || plan.kind === 'or'
}

function isNegative(plan: LucenePlan): boolean {
  return plan.kind === 'not' || plan.kind === 'none'
}

/** The one field that all conditions of a chain ask about, so that it can be written `field:(a OR b)`. */
function sharedField(given: FilterPlan): FieldSelector | undefined {
  const plan = inLuceneTerms(given)
  switch (plan.kind) {
    case 'match':
    case 'glob':
    case 'regexp':
    case 'range':
    case 'between':
    case 'exists':
      return isNamed(plan.field) ? plan.field : undefined
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
      return undefined
    default:
      return unreachable(plan)
  }
}

function isNamed(field: FieldSelector): boolean {
  return field.kind === 'field' || (field.kind === 'pattern' && field.parts.length > 1)
}

function existenceText(field: FieldSelector, hasField: boolean): string {
  if (hasField) return '*'
  return isNamed(field) ? `${selectorText(field)}:*` : `${existsField}:*`
}

function selectorText(field: FieldSelector): string {
  if (field.kind === 'field') return fieldText([{ kind: 'literal', text: field.name }])
  return field.kind === 'pattern' ? fieldText(field.parts) : '*'
}

type ValuePlan = Extract<
  LucenePlan,
  { readonly kind: 'match' | 'glob' | 'range' | 'between' | 'regexp' }
>

function valueText(plan: ValuePlan): string {
  switch (plan.kind) {
    case 'match': {
      const text = String(plan.literal.value)
      return plan.literal.quoted || text === '' ? phraseText(text) : wordText(text)
    }
    case 'glob':
      return globWord(plan.glob)
    case 'regexp':
      return regexpText(plan.pattern)
    case 'range':
      return rangeText(plan)
    case 'between': {
      const { low, high } = plan
      const [open, close] = [low.inclusive ? '[' : '{', high.inclusive ? ']' : '}']
      return `${open}${boundText(String(low.value))} TO ${boundText(String(high.value))}${close}`
    }
    default:
      return unreachable(plan)
  }
}

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function rangeText({ field, op, value }: Extract<LucenePlan, { readonly kind: 'range' }>): string {
  const text = String(value)
  // Without a field, `>5` is a word.
  if (field.kind !== 'any' && /^[\w.+-]+$/.test(text)) return comparisons[op] + text
  const [open, close] = op.endsWith('e') ? ['[', ']'] : ['{', '}']
  const bound = boundText(text)
  return op.startsWith('g') ? `${open}${bound} TO *]` : `[* TO ${bound}${close}`
}
