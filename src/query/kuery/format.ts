import { unreachable } from '#base'
import type { FieldName } from '#event'
import type { FieldSelector, FilterPlan, GlobPart, PlanLiteral } from '../plan/filter-plan.ts'

/**
 * KQL that parses to the same plan. What KQL cannot say is written in its nearest words: caseless
 * comparisons as plain ones, `?` of a glob as the character; {@link isKueryPlan} tells.
 */
export function formatKuery(plan: FilterPlan): string {
  return formatPlan(plan, '')
}

/** Whether KQL has words for all of a plan. */
export function isKueryPlan(plan: FilterPlan): boolean {
  switch (plan.kind) {
    case 'all':
    case 'none':
    case 'exists':
    case 'range':
    case 'match-any':
      return true
    case 'match':
      return plan.caseless !== true
    case 'glob':
      return plan.caseless !== true && plan.glob.every((part) => part.kind !== 'any-one')
    case 'not':
    case 'nested':
      return isKueryPlan(plan.of)
    case 'and':
    case 'or':
      return plan.of.every(isKueryPlan)
    default:
      return unreachable(plan)
  }
}

function formatPlan(plan: FilterPlan, prefix: string): string {
  switch (plan.kind) {
    case 'all':
      return prefix === '' ? '*:*' : '*'
    case 'none':
      return 'not *'
    case 'not':
      return `not ${formatOperand(plan.of, prefix)}`
    case 'and':
    case 'or':
      return formatChain(plan, prefix)
    case 'nested':
      return `${fieldText(plan.path, prefix)}:{ ${formatPlan(plan.of, `${plan.path}.`)} }`
    case 'range':
      return `${selectorText(plan.field, prefix)} ${comparisons[plan.op]} ${wordText(String(plan.value))}`
    case 'match':
    case 'match-any':
    case 'glob':
    case 'exists':
      return formatLeaf(plan, prefix)
    default:
      return unreachable(plan)
  }
}

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

type Chain = Extract<FilterPlan, { readonly kind: 'and' | 'or' }>

function formatChain(plan: Chain, prefix: string): string {
  const [first] = plan.of
  if (first === undefined) return plan.kind === 'and' ? '*' : 'not *'
  if (plan.of.length === 1) return formatPlan(first, prefix)
  const field = sharedField(plan)
  if (field !== undefined) return `${selectorText(field, prefix)}:(${formatValues(plan)})`
  // `and` binds tighter than `or`, but a chain directly within its like needs brackets to stay apart.
  return plan.of
    .map((part) =>
      plan.kind === 'or' && part.kind === 'and'
        ? formatPlan(part, prefix)
        : formatOperand(part, prefix),
    )
    .join(` ${plan.kind} `)
}

function formatOperand(plan: FilterPlan, prefix: string): string {
  const text = formatPlan(plan, prefix)
  const single =
    plan.kind === 'and' || plan.kind === 'or'
      ? plan.of.length > 1 && sharedField(plan) !== undefined
      : plan.kind !== 'not' && plan.kind !== 'none'
  return single ? text : `(${text})`
}

type Leaf = Extract<FilterPlan, { readonly kind: 'match' | 'match-any' | 'glob' | 'exists' }>

/** The one field that all leaves of a chain ask about, so that it can be written as `field:(a or b)`. */
function sharedField(plan: FilterPlan): FieldSelector | undefined {
  switch (plan.kind) {
    case 'match':
    case 'glob':
    case 'exists':
      return plan.field.kind === 'any' ? undefined : plan.field
    case 'not':
      return sharedField(plan.of)
    case 'and':
    case 'or': {
      if (plan.of.length < 2) return undefined
      const [first, ...rest] = plan.of.map(sharedField)
      const key = JSON.stringify(first)
      return first !== undefined && rest.every((field) => JSON.stringify(field) === key)
        ? first
        : undefined
    }
    case 'all':
    case 'none':
    case 'match-any':
    case 'range':
    case 'nested':
      return undefined
    default:
      return unreachable(plan)
  }
}

function formatValues(plan: FilterPlan): string {
  switch (plan.kind) {
    case 'not':
      return `not ${formatValueOperand(plan.of)}`
    case 'and':
    case 'or':
      return plan.of
        .map((part) =>
          plan.kind === 'or' && part.kind === 'and'
            ? formatValues(part)
            : formatValueOperand(part, true),
        )
        .join(` ${plan.kind} `)
    case 'match':
    case 'glob':
    case 'exists':
      return valueText(plan)
    default:
      return formatPlan(plan, '')
  }
}

function formatValueOperand(plan: FilterPlan, notAllowed = false): string {
  const bare = plan.kind === 'match' || plan.kind === 'glob' || plan.kind === 'exists'
  const text = formatValues(plan)
  return bare || (notAllowed && plan.kind === 'not') ? text : `(${text})`
}

function formatLeaf(plan: Leaf, prefix: string): string {
  if (plan.field.kind === 'any') return valueText(plan)
  return `${selectorText(plan.field, prefix)}:${valueText(plan)}`
}

function valueText(plan: Leaf): string {
  switch (plan.kind) {
    case 'exists':
      return '*'
    case 'glob':
      return globText(plan.glob)
    case 'match':
      return literalText(plan.literal)
    case 'match-any':
      return plan.values.length === 0
        ? '(not *)'
        : `(${plan.values.map((value) => quotedText(String(value))).join(' or ')})`
    default:
      return unreachable(plan)
  }
}

function selectorText(field: FieldSelector, prefix: string): string {
  switch (field.kind) {
    case 'field':
      return fieldText(field.name, prefix)
    case 'pattern':
      return globText(withoutPrefix(field.parts, prefix))
    case 'any':
      return '*'
    default:
      return unreachable(field)
  }
}

function fieldText(name: FieldName, prefix: string): string {
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name
  return /^[\w@./-]+$/.test(own) && own !== 'null' ? own : quotedText(own)
}

function withoutPrefix(parts: readonly GlobPart[], prefix: string): readonly GlobPart[] {
  const [first, ...rest] = parts
  if (first?.kind !== 'literal' || !first.text.startsWith(prefix)) return parts
  const text = first.text.slice(prefix.length)
  return text === '' ? rest : [{ kind: 'literal', text }, ...rest]
}

function literalText({ value, quoted }: PlanLiteral): string {
  if (quoted) return quotedText(String(value))
  return typeof value === 'string' ? wordText(value) : String(value)
}

/** An unquoted word; in quotes where the grammar would read it as something else than this string. */
function wordText(text: string): string {
  if (text === '') return '\\t'
  if (text !== text.trim() || /^(?:null|true|false)$/.test(text)) return quotedText(text)
  return withKeywordsEscaped(text.replace(/[\\():<>"*{}]/g, '\\$&'))
}

function globText(glob: readonly GlobPart[]): string {
  const text = glob.map((part) => {
    if (part.kind === 'any-run') return '*'
    return part.kind === 'any-one' ? '?' : part.text.replace(/[\\():<>"*{}]/g, '\\$&')
  })
  return withKeywordsEscaped(text.join(''))
}

function withKeywordsEscaped(text: string): string {
  return (
    text
      .replace(/(^|[ \t\r\n\u00a0])(or|and)(?=[ \t\r\n\u00a0]|$)/gi, '$1\\$2')
      // `\not` would be a line break and `ot`, so the letter n is spelt by its number.
      .replace(
        /not(?=[ \t\r\n\u00a0]|$)/gi,
        (word) => (word.startsWith('n') ? '\\u006e' : '\\u004e') + word.slice(1),
      )
  )
}

function quotedText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}
