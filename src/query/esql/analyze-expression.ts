import { nearestWord, unreachable, type Diagnostic } from '#base'
import { aggregatesByName } from './aggregates/aggregates.ts'
import type { EsqlExpression } from './ast.ts'
import { cellOf, commonType, isMany, type Cell, type EsqlType, singlesOf } from './cell.ts'
import { converting } from './functions/conversions.ts'
import { typeNamed } from './convert.ts'
import { scalarFunctionsByName } from './functions/functions.ts'
import type { Bound, EsqlContext } from './functions/scalar-function.ts'
import { bindMatch } from './functions/searches.ts'
import { bindBinary, bindIn } from './operators.ts'
import { compilePatterns, fitsAnything } from './patterns.ts'
import { problem } from './reader.ts'
import { timeSpanOf } from './time-span.ts'
import { asWanted, constantOf, type Typed } from './typed.ts'

/** What the names in an expression mean where it stands. */
export interface Scope {
  readonly context: EsqlContext
  /** The column of that name; undefined where there is none, which the scope reports. */
  column(name: string, expression: EsqlExpression): Typed | undefined
  /** The column that an aggregate was given; undefined for a call of a function of one row's values. */
  aggregate?(call: Extract<EsqlExpression, { kind: 'call' }>): Typed | 'wrong' | undefined
  report(problem: Diagnostic): void
}

/** An expression with its type, ready to be worked out; undefined where it is wrong, which is reported. */
export function analyzed(expression: EsqlExpression, scope: Scope): Typed | undefined {
  const { span } = expression
  switch (expression.kind) {
    case 'null':
      return constantOf(null, 'null', span)
    case 'text':
      return { ...constantOf(expression.value, 'keyword', span), isWritten: true }
    case 'boolean':
      return constantOf(expression.value, 'boolean', span)
    case 'integer':
    case 'long':
    case 'double':
      return constantOf(expression.value, expression.kind, span)
    case 'list':
      return listOf(expression, scope)
    case 'time-span': {
      const timeSpan = timeSpanOf(expression.amount, expression.unit)
      return timeSpan && { ...constantOf(null, 'null', span), timeSpan }
    }
    case 'column':
      return scope.column(expression.name, expression)
    case 'call':
      return callOf(expression, scope)
    case 'cast': {
      const type = typeNamed(expression.type)
      if (type === undefined) return wrong(scope, expression, `there is no type ${expression.type}`)
      return ofOne(expression, expression.of, scope, (of) => converting(of, type))
    }
    case 'not':
      return ofOne(expression, expression.of, scope, (of) => negation(of))
    case 'negate':
      return ofOne(expression, expression.of, scope, (of) =>
        bindBinary('-', constantOf(0, 'integer', span), of),
      )
    case 'binary':
      return ofTwo(expression, [expression.left, expression.right], scope, (left, right) =>
        bindBinary(expression.operator, left, right),
      )
    case 'in':
      return inOf(expression, scope)
    case 'like':
    case 'rlike':
      return ofOne(expression, expression.of, scope, (of) => patternOf(expression, of))
    case 'is-null':
      return ofOne(expression, expression.of, scope, (of) => ({
        type: 'boolean',
        of: (row) => of.of(row) === null,
      }))
    case 'search':
      return ofTwo(expression, [expression.of, expression.value], scope, (field, value) =>
        bindMatch(field, value, scope.context),
      )
    default:
      return unreachable(expression)
  }
}

type Part<Kind extends EsqlExpression['kind']> = Extract<EsqlExpression, { kind: Kind }>

/** An expression made of one other. */
function ofOne(
  expression: EsqlExpression,
  part: EsqlExpression,
  scope: Scope,
  bind: (of: Typed) => Bound | string,
): Typed | undefined {
  const of = analyzed(part, scope)
  return of && settled(expression, [of], scope, bind(of))
}

/** An expression made of two others. */
function ofTwo(
  expression: EsqlExpression,
  [first, second]: readonly [EsqlExpression, EsqlExpression],
  scope: Scope,
  bind: (left: Typed, right: Typed) => Bound | string,
): Typed | undefined {
  const left = analyzed(first, scope)
  const right = analyzed(second, scope)
  if (left === undefined || right === undefined) return undefined
  return settled(expression, [left, right], scope, bind(left, right))
}

/** An expression made of any number of others. */
function ofMany(
  expression: EsqlExpression,
  parts: readonly EsqlExpression[],
  scope: Scope,
  bind: (given: readonly Typed[]) => Bound | string,
): Typed | undefined {
  const given = parts.flatMap((part) => analyzed(part, scope) ?? [])
  if (given.length < parts.length) return undefined
  return settled(expression, given, scope, bind(given))
}

/** What an expression came to: constant where all that it is made of is. */
function settled(
  expression: EsqlExpression,
  given: readonly Typed[],
  scope: Scope,
  made: Bound | string,
): Typed | undefined {
  if (typeof made === 'string') return wrong(scope, expression, made)
  const { type, of, readsDocument } = made
  const isConstant =
    readsDocument !== true &&
    given.length > 0 &&
    given.every(({ constant }) => constant !== undefined)
  if (!isConstant) return { type, of, span: expression.span }
  return constantOf(of({ cells: [] }), type, expression.span)
}

function wrong(scope: Scope, { span }: EsqlExpression, message: string): undefined {
  scope.report(problem('type', message, span))
  return undefined
}

/** Values written out, without the nulls among them. */
function listOf(expression: Part<'list'>, scope: Scope): Typed | undefined {
  return ofMany(expression, expression.of, scope, (given) => {
    let type: EsqlType | undefined = 'null'
    for (const each of given) type = type && commonType(type, each.type)
    if (type === undefined) return 'the values of a list must have one type'
    if (given.some(({ constant }) => constant === undefined)) return 'a list holds values alone'
    return { type, of: (row) => cellOf(given.flatMap(({ of }) => singlesOf(of(row)))) }
  })
}

function callOf(expression: Part<'call'>, scope: Scope): Typed | undefined {
  const aggregate = scope.aggregate?.(expression)
  if (aggregate === 'wrong') return undefined
  if (aggregate !== undefined) return aggregate
  const found = scalarFunctionsByName.get(expression.name)
  if (found === undefined) return unknownFunction(scope, expression)
  const [least, most] = found.takes
  const count = expression.of.length
  const { name } = expression
  if (count < least || count > most) {
    const wanted =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`
    return wrong(scope, expression, `${name.toUpperCase()} takes ${wanted} arguments, not ${count}`)
  }
  return ofMany(expression, expression.of, scope, (given) => {
    const made = found.bind(given, scope.context)
    return typeof made === 'string' ? `${name.toUpperCase()}, ${made}` : made
  })
}

function unknownFunction(scope: Scope, { name, span }: Part<'call'>): undefined {
  const written = name.toUpperCase()
  if (aggregatesByName.has(name)) {
    const help = 'aggregates stand in STATS and INLINE STATS'
    scope.report(problem('aggregate', `${written} is an aggregate`, span, help))
    return undefined
  }
  const near = nearestWord(name, [...scalarFunctionsByName.keys(), ...aggregatesByName.keys()])
  const message = `there is no function ${written}`
  if (near === undefined) scope.report(problem('function-not-runnable', `${message} here`, span))
  else scope.report(problem('unknown-function', message, span, `is ${near.toUpperCase()} meant?`))
  return undefined
}

function negation(given: Typed): Bound | string {
  const of = asWanted(given, 'boolean')
  if (typeof of === 'string') return `after NOT: ${of}`
  return {
    type: 'boolean',
    of: (row) => {
      const cell = of.of(row)
      return typeof cell === 'boolean' ? !cell : null
    },
  }
}

function inOf(expression: Part<'in'>, scope: Scope): Typed | undefined {
  const parts = [expression.of, ...expression.values]
  return ofMany(expression, parts, scope, ([of, ...values]) =>
    of === undefined ? 'a value is wanted' : bindIn(of, values),
  )
}

/** `LIKE "*"` asks whether there is a value at all, as Elasticsearch's optimiser has it. */
function patternOf({ kind, patterns }: Part<'like' | 'rlike'>, given: Typed): Bound | string {
  if (kind === 'like' && patterns.some(({ text }) => fitsAnything(text))) {
    return { type: 'boolean', of: (row) => given.of(row) !== null }
  }
  const of = asWanted(given, 'text')
  if (typeof of === 'string') return `left of ${kind.toUpperCase()}: ${of}`
  const test = compilePatterns(
    kind,
    patterns.map(({ text }) => text),
  )
  if (!test.ok) return `${kind.toUpperCase()}: ${test.error}`
  return {
    type: 'boolean',
    of: (row): Cell => {
      const cell = of.of(row)
      return cell === null || isMany(cell) ? null : test.value(String(cell))
    },
  }
}
