import { unreachable } from '#base'
import type { FieldName } from '#event'
import type {
  EqlExpression,
  EqlFilter,
  EqlJoinKey,
  EqlPipe,
  EqlQuery,
  EqlStage,
  EqlStatement,
} from './ast.ts'
import { isKeyword } from './token.ts'

/**
 * EQL that parses to the same tree, but for the places: parentheses where they are needed, a line for each
 * stage, and for each part of a condition that is longer than a line.
 */
export function formatEql({ query, pipes }: EqlStatement): string {
  const separator = query.kind === 'events' ? ' ' : '\n'
  return [formatQuery(query), ...pipes.map(formatPipe)].join(separator)
}

function formatPipe({ kind, count }: EqlPipe): string {
  return `| ${kind} ${count}`
}

function formatQuery(query: EqlQuery): string {
  switch (query.kind) {
    case 'events':
      return formatFilter(query.filter, '')
    case 'sequence': {
      const { keys, maxSpan, stages, until } = query
      const span = maxSpan === undefined ? '' : ` with maxspan=${durationText(maxSpan.ms)}`
      const end = until === undefined ? [] : [`until\n  ${formatStage(until)}`]
      return [`sequence${keysText(keys)}${span}`, ...stagesText(stages), ...end].join('\n')
    }
    case 'sample':
      return [`sample${keysText(query.keys)}`, ...stagesText(query.stages)].join('\n')
    default:
      return unreachable(query)
  }
}

const unitsMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

function durationText(ms: number): string {
  const [unit, unitMs] = unitsMs.find(([, length]) => ms % length === 0) ?? ['ms', 1]
  return `${ms / unitMs}${unit}`
}

function stagesText(stages: readonly EqlStage[]): readonly string[] {
  return stages.map((stage) => `  ${formatStage(stage)}`)
}

function formatStage({ filter, isMissing, keys, runs }: EqlStage): string {
  const count = runs === 1 ? '' : ` with runs=${runs}`
  return `${isMissing ? '!' : ''}[${formatFilter(filter, '  ')}]${keysText(keys)}${count}`
}

function keysText(keys: readonly EqlJoinKey[]): string {
  if (keys.length === 0) return ''
  return ` by ${keys.map(({ field, isOptional }) => nameText(field, isOptional)).join(', ')}`
}

const lineLength = 100

function formatFilter({ category, condition }: EqlFilter, indent: string): string {
  const start = `${category === undefined ? 'any' : categoryText(category.value)} where`
  const parts = chainTexts(condition)
  const line = `${start} ${parts.join(' ')}`
  if (line.length + indent.length <= lineLength) return line
  return [start, ...parts].join(`\n${indent}  `)
}

/** The parts of a chain of `and` or `or`, each but the last with its operator; of anything else the whole. */
function chainTexts(condition: EqlExpression): readonly string[] {
  if (condition.kind !== 'and' && condition.kind !== 'or') return [expressionText(condition)]
  const { kind, of } = condition
  // One level up, so that a chain in a chain of its kind keeps its parentheses.
  const texts = of.map((part) => textAt(part, binding[kind] + 1))
  return texts.map((text, i) => (i === texts.length - 1 ? text : `${text} ${kind}`))
}

function categoryText(value: string): string {
  return isBare(value) ? value : stringText(value)
}

/** How tightly a kind of expression binds: one that binds less than its place asks for stands in parentheses. */
const binding = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  negative: 7,
  membership: 8,
  pattern: 8,
  call: 9,
  field: 9,
  string: 9,
  integer: 9,
  decimal: 9,
  boolean: 9,
  null: 9,
} as const

/** The text of a condition, or of a part of one. */
function expressionText(expression: EqlExpression): string {
  return textAt(expression, binding.or)
}

function textAt(expression: EqlExpression, place: number): string {
  const text = bareText(expression)
  return bindingOf(expression) < place ? `(${text})` : text
}

function bindingOf(expression: EqlExpression): number {
  if (expression.kind === 'arithmetic') return binding[expression.op]
  return isNotIn(expression) ? binding.membership : binding[expression.kind]
}

type Not = Extract<EqlExpression, { readonly kind: 'not' | 'negative' }>
type Membership = Extract<EqlExpression, { readonly kind: 'membership' }>

function isNotIn(expression: EqlExpression): expression is Not & { readonly of: Membership } {
  return expression.kind === 'not' && expression.of.kind === 'membership'
}

function bareText(expression: EqlExpression): string {
  if (isNotIn(expression)) return membershipText(expression.of, ' not')
  switch (expression.kind) {
    case 'or':
    case 'and':
      return chainTexts(expression).join(' ')
    case 'not':
      return `not ${textAt(expression.of, binding.not)}`
    case 'comparison': {
      const { op, left, right } = expression
      return `${textAt(left, binding['+'])} ${op} ${textAt(right, binding['+'])}`
    }
    case 'arithmetic': {
      const { op, left, right } = expression
      return `${textAt(left, binding[op])} ${op} ${textAt(right, binding[op] + 1)}`
    }
    case 'negative':
      return `-${textAt(expression.of, binding.negative)}`
    case 'membership':
      return membershipText(expression, '')
    case 'pattern': {
      const [first, ...more] = expression.patterns.map(expressionText)
      const list = more.length === 0 ? first : `(${[first, ...more].join(', ')})`
      return `${textAt(expression.of, binding.field)} ${expression.op} ${list}`
    }
    case 'call': {
      const of = expression.of.map(expressionText).join(', ')
      return `${expression.name}${expression.isCaseless ? '~' : ''}(${of})`
    }
    case 'field':
      return nameText(expression.name, expression.isOptional)
    case 'string':
      return stringText(expression.value)
    case 'decimal':
      return decimalText(expression.value)
    case 'integer':
    case 'boolean':
      return String(expression.value)
    case 'null':
      return 'null'
    default:
      return unreachable(expression)
  }
}

function membershipText({ of, values, isCaseless }: Membership, not: string): string {
  const list = values.map(expressionText).join(', ')
  return `${textAt(of, binding.field)}${not} in${isCaseless ? '~' : ''} (${list})`
}

function nameText(name: FieldName, isOptional: boolean): string {
  const parts = name.split('.')
  const inParts = parts.includes('') ? [name] : parts
  return (
    (isOptional ? '?' : '') + inParts.map((part) => (isBare(part) ? part : quoted(part))).join('.')
  )
}

function isBare(word: string): boolean {
  return /^[A-Za-z_@][A-Za-z0-9_]*$/.test(word) && !isKeyword(word)
}

function quoted(part: string): string {
  return `\`${part.replaceAll('`', '``')}\``
}

function decimalText(value: number): string {
  const text = String(value)
  return /^\d+$/.test(text) ? `${text}.0` : text
}

function stringText(value: string): string {
  const isRaw = /[\\"]/.test(value) && !/"""|[\r\n]/.test(value)
  return isRaw ? `"""${value}"""` : `"${value.replace(/[\\"\b\t\n\f\r]/g, (c) => escapes[c] ?? c)}"`
}

const escapes: { readonly [character: string]: string } = {
  '\\': '\\\\',
  '"': '\\"',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}
