import type { Span } from '#base'
import type { FieldName } from '#event'
import type { Cell, EsqlType, Row, Single } from './cell.ts'
import { isMany, isNumeric, singlesOf, cellOf } from './cell.ts'
import { convertSingle } from './convert.ts'
import type { TimeSpan } from './time-span.ts'

/** An expression whose type is known, ready to be worked out for a row. */
export interface Typed {
  readonly type: EsqlType
  readonly of: (row: Row) => Cell
  readonly span: Span
  /** What it is for every row, where no row matters; absent else. */
  readonly constant?: { readonly cell: Cell }
  /** A text as written: it is read as a date, an address, a number where one is wanted. */
  readonly isWritten?: true
  /** Of a stretch of time, which is no value of a row. */
  readonly timeSpan?: TimeSpan
  /** The field whose values it gives as they are stored. */
  readonly field?: FieldName
}

/** An expression that is the same for every row. */
export function constantOf(cell: Cell, type: EsqlType, span: Span): Typed {
  return { type, of: () => cell, span, constant: { cell } }
}

/** What is wanted where an expression stands. */
export type Wanted = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'ip' | 'version' | 'any'

const typeOfWanted: { readonly [wanted in Exclude<Wanted, 'any'>]: EsqlType } = {
  text: 'keyword',
  integer: 'long',
  number: 'double',
  boolean: 'boolean',
  date: 'date',
  ip: 'ip',
  version: 'version',
}

function suits(type: EsqlType, wanted: Wanted): boolean {
  if (wanted === 'any' || type === 'null') return true
  if (wanted === 'number') return isNumeric(type)
  if (wanted === 'integer') return type === 'integer' || type === 'long'
  return typeOfWanted[wanted] === type
}

/**
 * The expression as one of what is wanted: written texts are read as that, values of unmapped fields count
 * where they are that. A text says why it cannot be.
 */
export function asWanted(given: Typed, wanted: Wanted): Typed | string {
  if (given.timeSpan !== undefined) return 'a span of time is no value'
  if (suits(given.type, wanted) || wanted === 'any') return given
  const type = typeOfWanted[wanted]
  if (given.type === 'any') {
    return {
      ...given,
      type,
      of: (row) => eachSingle(given.of(row), (value) => heldAs(value, type)),
    }
  }
  if (given.isWritten === true && given.constant !== undefined) {
    const cell = eachSingle(given.constant.cell, (value) => convertSingle(value, 'keyword', type))
    if (cell === null) return `"${String(given.constant.cell)}" is no ${type}`
    return constantOf(cell, type, given.span)
  }
  return `it is of type ${given.type}, and ${wanted === 'text' ? 'a text' : `a value of type ${type}`} is wanted`
}

/** A value of an unmapped field where it is one of the type, by what JSON says it is; else undefined. */
export function heldAs(value: Single, type: EsqlType): Single | undefined {
  if (type === 'keyword') return typeof value === 'string' ? value : undefined
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined
  if (isNumeric(type)) return typeof value === 'number' ? value : undefined
  return convertSingle(value, typeof value === 'number' ? 'long' : 'keyword', type)
}

/** A cell with each value made another, or left out where that is undefined. */
export function eachSingle(cell: Cell, make: (single: Single) => Single | undefined): Cell {
  if (cell === null) return null
  if (!isMany(cell)) return make(cell) ?? null
  return cellOf(singlesOf(cell).flatMap((single) => make(single) ?? []))
}
