import {
  commonType,
  compareSingles,
  isMany,
  isNumeric,
  type Cell,
  type EsqlType,
  type Row,
  type Single,
} from './cell.ts'
import type { BinaryOperator } from './ast.ts'
import type { Bound } from './functions/scalar-function.ts'
import { plusSpan, type TimeSpan } from './time-span.ts'
import { asWanted, eachSingle, heldAs, type Typed, type Wanted } from './typed.ts'

type Logic = Extract<BinaryOperator, 'and' | 'or'>
type Comparison = Extract<BinaryOperator, '==' | '!=' | '<' | '<=' | '>' | '>='>
type Arithmetic = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%'>

/** Two expressions joined by an operator, or why they cannot be. */
export function bindBinary(operator: BinaryOperator, left: Typed, right: Typed): Bound | string {
  switch (operator) {
    case 'and':
    case 'or':
      return bindLogic(operator, left, right)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return bindArithmetic(operator, left, right)
    default:
      return bindComparison(operator, left, right)
  }
}

/** Null stands for what is not known: it gives way to what decides alone. */
function bindLogic(operator: Logic, left: Typed, right: Typed): Bound | string {
  const [a, b] = [asWanted(left, 'boolean'), asWanted(right, 'boolean')]
  if (typeof a === 'string') return `left of ${operator.toUpperCase()}: ${a}`
  if (typeof b === 'string') return `right of ${operator.toUpperCase()}: ${b}`
  const decides = operator === 'or'
  return {
    type: 'boolean',
    of: (row) => {
      const first = truthOf(a.of(row))
      if (first === decides) return decides
      const second = truthOf(b.of(row))
      if (second === decides) return decides
      return first === null || second === null ? null : !decides
    },
  }
}

/** What a cell says as a condition: several values say nothing. */
export function truthOf(cell: Cell): boolean | null {
  return typeof cell === 'boolean' ? cell : null
}

/** Two expressions as of one type, so that they can be compared; a text says why not. */
export function comparable(
  left: Typed,
  right: Typed,
): { readonly left: Typed; readonly right: Typed; readonly type: EsqlType } | string {
  if (left.timeSpan !== undefined || right.timeSpan !== undefined) {
    return 'a span of time is compared with nothing; add it to a date'
  }
  if (left.type === 'any' || right.type === 'any') return loosely(left, right)
  const shared = commonType(left.type, right.type)
  if (shared !== undefined) return { left, right, type: shared }
  const [a, b] = [asWanted(left, wantedOf(right.type)), asWanted(right, wantedOf(left.type))]
  if (right.isWritten === true && typeof b !== 'string') return { left, right: b, type: left.type }
  if (left.isWritten === true && typeof a !== 'string') return { left: a, right, type: right.type }
  if (right.isWritten === true && typeof b === 'string') return b
  return `${left.type} and ${right.type} cannot be compared; convert one, for example by TO_STRING`
}

/** Values of an unmapped field count where they are of the other side's type. */
function loosely(left: Typed, right: Typed): ReturnType<typeof comparable> {
  const type = left.type === 'any' ? right.type : left.type
  if (type === 'any' || type === 'null') return { left, right, type }
  const held = (side: Typed): Typed =>
    side.type === 'any'
      ? { ...side, type, of: (row) => eachSingle(side.of(row), (value) => heldAs(value, type)) }
      : side
  return { left: held(left), right: held(right), type }
}

function wantedOf(type: EsqlType): Wanted {
  if (type === 'keyword') return 'text'
  if (type === 'integer' || type === 'long' || type === 'double') return 'number'
  return type === 'null' ? 'any' : type
}

const comparisons: { readonly [operator in Comparison]: (order: number) => boolean } = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

function bindComparison(operator: Comparison, left: Typed, right: Typed): Bound | string {
  const pair = comparable(left, right)
  if (typeof pair === 'string') return pair
  const holds = comparisons[operator]
  const order = orderOf(pair.type)
  return {
    type: 'boolean',
    of: (row) => {
      const a = pair.left.of(row)
      if (a === null || isMany(a)) return null
      const b = pair.right.of(row)
      if (b === null || isMany(b)) return null
      const found = order(a, b)
      return found === undefined ? null : holds(found)
    },
  }
}

/** How two values of a type compare; undefined where they are of different sorts, which only unmapped fields give. */
function orderOf(type: EsqlType): (a: Single, b: Single) => number | undefined {
  if (type !== 'any') return (a, b) => compareSingles(a, b, type)
  return (a, b) => (typeof a === typeof b ? compareSingles(a, b, type) : undefined)
}

/** Whether a value is among others: null where it is not but one of them is null. */
export function bindIn(of: Typed, values: readonly Typed[]): Bound | string {
  const tests: { readonly left: Typed; readonly right: Typed; readonly type: EsqlType }[] = []
  for (const value of values) {
    const pair = comparable(of, value)
    if (typeof pair === 'string') return pair
    tests.push(pair)
  }
  const quick = constantSet(of, tests)
  if (quick !== undefined) return quick
  const orders = tests.map(({ type }) => orderOf(type))
  return {
    type: 'boolean',
    of: (row) => {
      let unknown = false
      for (const [at, { left, right }] of tests.entries()) {
        const [a, b] = [left.of(row), right.of(row)]
        if (a === null || b === null || isMany(a) || isMany(b)) unknown = true
        else if (orders[at]?.(a, b) === 0) return true
      }
      return unknown ? null : false
    },
  }
}

/** Where everything is a written text or a number and so is what is asked: one look instead of many. */
function constantSet(
  of: Typed,
  tests: readonly { readonly left: Typed; readonly right: Typed; readonly type: EsqlType }[],
): Bound | undefined {
  if (of.type !== 'keyword' && !isNumeric(of.type)) return undefined
  const held = new Set<Single>()
  for (const { left, right } of tests) {
    const cell = right.constant?.cell
    if (left !== of || cell === undefined || cell === null || isMany(cell)) return undefined
    held.add(cell)
  }
  return {
    type: 'boolean',
    of: (row) => {
      const cell = of.of(row)
      return cell === null || isMany(cell) ? null : held.has(cell)
    },
  }
}

function bindArithmetic(operator: Arithmetic, left: Typed, right: Typed): Bound | string {
  const span = left.timeSpan ?? right.timeSpan
  if (span !== undefined) return bindShift(operator, left, right, span)
  const [a, b] = [asWanted(left, 'number'), asWanted(right, 'number')]
  if (typeof a === 'string') return `left of ${operator}: ${a}`
  if (typeof b === 'string') return `right of ${operator}: ${b}`
  const type = commonType(a.type, b.type) ?? 'double'
  const work = arithmetic(operator, type === 'null' ? 'integer' : type)
  return {
    type,
    of: (row) => {
      const first = a.of(row)
      const second = b.of(row)
      if (typeof first !== 'number' || typeof second !== 'number') return null
      return work(first, second) ?? null
    },
  }
}

function arithmetic(
  operator: Arithmetic,
  type: EsqlType,
): (a: number, b: number) => number | undefined {
  const limit = type === 'integer' ? 2_147_483_648 : type === 'long' ? 2 ** 63 : Infinity
  const within = (value: number): number | undefined =>
    Number.isFinite(value) && value >= -limit && value < limit ? value : undefined
  const isWhole = type !== 'double'
  switch (operator) {
    case '+':
      return (a, b) => within(a + b)
    case '-':
      return (a, b) => within(a - b)
    case '*':
      return (a, b) => within(a * b)
    case '/':
      return (a, b) => (b === 0 ? undefined : within(isWhole ? Math.trunc(a / b) : a / b))
    default:
      return (a, b) => (b === 0 ? undefined : within(a % b))
  }
}

/** A date and a span, or two spans written out. */
function bindShift(
  operator: Arithmetic,
  left: Typed,
  right: Typed,
  span: TimeSpan,
): Bound | string {
  if (operator !== '+' && operator !== '-') return `a span of time cannot be joined by ${operator}`
  if (left.timeSpan !== undefined && operator === '-') return 'nothing is taken from a span of time'
  const date = asWanted(left.timeSpan === undefined ? left : right, 'date')
  if (typeof date === 'string') return `beside a span of time: ${date}`
  const sign = operator === '-' ? -1 : 1
  const shift = { months: span.months * sign, ms: span.ms * sign }
  return {
    type: 'date',
    of: (row: Row) => {
      const ms = date.of(row)
      return typeof ms === 'number' ? plusSpan(ms, shift) : null
    },
  }
}
