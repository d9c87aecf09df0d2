import { unreachable } from '#base'
import type { FieldCatalogue } from '#event'
import type { ComputedValue } from '../match/expression/computed-value.ts'
import { evaluateConstant } from '../match/expression/evaluate-expression.ts'
import type { FilterPlan, ValueExpression, ValueFunction } from '../plan/filter-plan.ts'
import type { EqlArithmeticOp, EqlExpression } from './ast.ts'
import { partsOf } from './check-sort.ts'
import { exactName } from './exact-field.ts'
import { leafPlan, type EqlLowering } from './lower-leaf.ts'

/** What an expression is worked out by, value for value; constant parts are worked out at once. */
export function valueExpression(
  expression: EqlExpression,
  fields: FieldCatalogue,
): ValueExpression {
  const below = (part: EqlExpression) => valueExpression(part, fields)
  switch (expression.kind) {
    case 'null':
      return { kind: 'null' }
    case 'string':
    case 'boolean':
      return { kind: 'constant', value: expression.value }
    case 'integer':
    case 'decimal':
      return constantExpression(expression.value)
    case 'field':
      return { kind: 'field', name: exactName(expression.name, fields) }
    case 'negative':
      return applied('negate', [below(expression.of)])
    case 'arithmetic':
      return applied(arithmetic[expression.op], [below(expression.left), below(expression.right)])
    case 'not':
      return applied('not', [below(expression.of)])
    case 'and':
    case 'or':
      return applied(expression.kind, expression.of.map(below))
    case 'call':
      return applied(expression.name, expression.of.map(below), expression.isCaseless)
    case 'comparison':
    case 'membership':
    case 'pattern': {
      const leaf = leafPlan(expression, loweringFor(fields))
      return leaf === undefined ? conditionExpression(expression, fields) : ofPlan(leaf)
    }
    default:
      return unreachable(expression)
  }
}

/** How conditions on these fields are lowered. */
export function loweringFor(fields: FieldCatalogue): EqlLowering {
  return {
    fields,
    // What has a field is told at once: its parts would be worked out again and again.
    constantIn: (expression) =>
      hasField(expression) ? undefined : constantOf(valueExpression(expression, fields)),
  }
}

function hasField(expression: EqlExpression): boolean {
  return expression.kind === 'field' || partsOf(expression).some(hasField)
}

/** The value of an expression without fields; undefined of any other. */
export function constantOf(expression: ValueExpression): ComputedValue | undefined {
  const isConstant = ['null', 'constant', 'number'].includes(expression.kind)
  return isConstant ? evaluateConstant(expression) : undefined
}

const arithmetic: { readonly [op in EqlArithmeticOp]: ValueFunction } = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
}

type Condition = Extract<EqlExpression, { readonly kind: 'comparison' | 'membership' | 'pattern' }>

/** A condition that is worked out from more than the values of a plain field. */
function conditionExpression(condition: Condition, fields: FieldCatalogue): ValueExpression {
  const below = (part: EqlExpression) => valueExpression(part, fields)
  if (condition.kind === 'comparison') {
    return comparison(condition.op, below(condition.left), below(condition.right))
  }
  const of = below(condition.of)
  if (condition.kind === 'membership') {
    const equals = condition.values.map((value) =>
      applied('equal', [of, below(value)], condition.isCaseless),
    )
    return applied('or', equals)
  }
  const { op } = condition
  const name = op.startsWith('regex') ? 'regex' : 'like'
  const matches = condition.patterns.map((pattern) =>
    applied(name, [of, below(pattern)], op === ':' || op.endsWith('~')),
  )
  return applied('or', matches)
}

function comparison(
  op: Extract<Condition, { readonly kind: 'comparison' }>['op'],
  left: ValueExpression,
  right: ValueExpression,
): ValueExpression {
  switch (op) {
    case '==':
      if (left.kind === 'null') return applied('isNull', [right])
      return right.kind === 'null' ? applied('isNull', [left]) : applied('equal', [left, right])
    case '!=':
      return applied('not', [comparison('==', left, right)])
    case '<':
      return applied('less', [left, right])
    case '<=':
      return applied('lessOrEqual', [left, right])
    case '>':
      return applied('less', [right, left])
    case '>=':
      return applied('lessOrEqual', [right, left])
    default:
      return unreachable(op)
  }
}

function applied(
  name: ValueFunction,
  of: readonly ValueExpression[],
  isCaseless = false,
): ValueExpression {
  const caseless = isCaseless ? ({ caseless: true } as const) : {}
  const application: ValueExpression = { kind: 'apply', function: name, ...caseless, of }
  if (of.length === 1 && name === 'or') return of[0] ?? application
  const isConstant = of.every((part) => constantOf(part) !== undefined)
  return isConstant ? constantExpression(evaluateConstant(application)) : application
}

function constantExpression(value: ComputedValue): ValueExpression {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'string' || typeof value === 'boolean') return { kind: 'constant', value }
  const text = String(value)
  const isWhole = typeof value === 'number' && /^-?\d+$/.test(text)
  return { kind: 'number', text: isWhole ? `${text}.0` : text }
}

/** The leaves of a plan about one field, asked of one value of it. */
function ofPlan(plan: FilterPlan): ValueExpression {
  switch (plan.kind) {
    case 'all':
    case 'none':
      return { kind: 'constant', value: plan.kind === 'all' }
    case 'not':
      return applied('not', [ofPlan(plan.of)])
    case 'and':
    case 'or':
      return applied(plan.kind, plan.of.map(ofPlan))
    case 'exists': {
      const name = plan.field.kind === 'field' ? plan.field.name : ''
      return applied('not', [applied('isNull', [{ kind: 'field', name }])])
    }
    case 'expression':
      return plan.of
    case 'nested':
      return ofPlan(plan.of)
    default:
      return { kind: 'leaf', of: plan }
  }
}
