import type { Cell, EsqlType } from '../cell.ts'
import type { Typed } from '../typed.ts'

/** What is worked out of the values of many rows. */
export interface Aggregate {
  /** In lower case. */
  readonly names: readonly [string, ...string[]]
  readonly takes: readonly [number, number]
  /** Made ready for what it is given, or what is wrong with that. */
  bind(given: readonly Typed[]): BoundAggregate | string
}

/** An aggregate of certain expressions. */
export interface BoundAggregate {
  readonly type: EsqlType
  start(): Accumulator
}

/** One group's value in the making. */
export interface Accumulator {
  /** Takes what the arguments are in one row; gives how many values more it keeps by now. */
  take(cells: readonly Cell[]): number
  result(): Cell
}
