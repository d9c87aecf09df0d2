import {
  cellOf,
  compareSingles,
  isMany,
  isNumeric,
  singlesOf,
  type Cell,
  type EsqlType,
  type Single,
} from '../cell.ts'
import type { Typed } from '../typed.ts'
import { onCells, sameType, type ScalarFunction } from './scalar-function.ts'

/** Functions of all values that a column holds. */
export const valueFunctions: readonly ScalarFunction[] = [
  ofValues('mv_count', 'integer', (values) => (values.length === 0 ? null : values.length)),
  ofValues('mv_first', sameType, (values) => values[0] ?? null),
  ofValues('mv_last', sameType, (values) => values.at(-1) ?? null),
  ofValues('mv_min', sameType, (values, type) => outermost(values, type, -1)),
  ofValues('mv_max', sameType, (values, type) => outermost(values, type, 1)),
  ofValues('mv_dedupe', sameType, (values) => cellOf([...new Set(values)])),
  ofNumbers('mv_sum', summed, (numbers) => numbers.reduce((a, b) => a + b, 0)),
  ofNumbers(
    'mv_avg',
    () => 'double',
    (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length,
  ),
  ofNumbers('mv_median', sameType, medianOf),
  onCells({
    names: ['mv_sort'],
    wants: ['any', 'text'],
    optional: 1,
    type: sameType,
    of: ([cell = null, order = 'ASC'], [type = 'null']) => {
      const sorted = singlesOf(cell).toSorted((a, b) => compareSingles(a, b, type))
      return cellOf(String(order).toUpperCase() === 'DESC' ? sorted.toReversed() : sorted)
    },
  }),
  onCells({
    names: ['mv_slice'],
    wants: ['any', 'integer', 'integer'],
    optional: 1,
    type: sameType,
    of: ([cell = null, start = null, end]) => slice(cell, start, end),
  }),
  onCells({
    names: ['mv_append'],
    wants: ['any', 'any'],
    type: sameType,
    of: ([a = null, b = null]) =>
      a === null || b === null ? null : cellOf([...singlesOf(a), ...singlesOf(b)]),
  }),
  onCells({
    names: ['mv_contains'],
    wants: ['any', 'any'],
    type: 'boolean',
    of: ([all = null, some = null]) => {
      const held = new Set(singlesOf(all))
      return singlesOf(some).every((value) => held.has(value))
    },
  }),
  onCells({
    names: ['mv_intersection'],
    wants: ['any', 'any'],
    type: sameType,
    of: ([a = null, b = null]) => {
      const held = new Set(singlesOf(b))
      return cellOf([...new Set(singlesOf(a).filter((value) => held.has(value)))])
    },
  }),
  onCells({
    names: ['mv_union'],
    wants: ['any', 'any'],
    type: sameType,
    of: ([a = null, b = null]) => cellOf([...new Set([...singlesOf(a), ...singlesOf(b)])]),
  }),
  onCells({
    names: ['mv_zip'],
    wants: ['text', 'text', 'text'],
    optional: 1,
    type: 'keyword',
    of: ([a = null, b = null, by = ',']) => zipped(singlesOf(a), singlesOf(b), String(by)),
  }),
]

function ofValues(
  name: string,
  type: EsqlType | ((given: readonly Typed[]) => EsqlType),
  of: (values: readonly Single[], type: EsqlType) => Cell,
): ScalarFunction {
  return onCells({
    names: [name],
    wants: ['any'],
    type,
    of: ([cell = null], [held = 'null']) => of(singlesOf(cell), held),
  })
}

function ofNumbers(
  name: string,
  type: (given: readonly Typed[]) => EsqlType,
  of: (numbers: readonly number[]) => number,
): ScalarFunction {
  return onCells({
    names: [name],
    wants: ['number'],
    type,
    of: ([cell = null]) => (cell === null ? null : of(singlesOf(cell).map(Number))),
  })
}

function summed([first]: readonly Typed[]): EsqlType {
  return first !== undefined && isNumeric(first.type) ? first.type : 'double'
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

function outermost(values: readonly Single[], type: EsqlType, sign: 1 | -1): Cell {
  let [best] = values
  for (const value of values) {
    if (best !== undefined && sign * compareSingles(value, best, type) > 0) best = value
  }
  return best ?? null
}

/** Places from 0, both included, negative ones from the end. */
function slice(cell: Cell, start: Cell, end: Cell | undefined): Cell {
  if (cell === null || start === null || end === null || isMany(start)) return null
  const values = singlesOf(cell)
  const placeOf = (place: Cell) =>
    Number(place) < 0 ? values.length + Number(place) : Number(place)
  const from = placeOf(start)
  const to = end === undefined ? from : placeOf(end)
  return to < 0 || from > to ? null : cellOf(values.slice(Math.max(0, from), to + 1))
}

function zipped(a: readonly Single[], b: readonly Single[], by: string): Cell {
  const length = Math.max(a.length, b.length)
  return cellOf(
    Array.from({ length }, (_, at) => {
      const [left, right] = [a[at], b[at]]
      if (left === undefined || right === undefined) return String(left ?? right)
      return `${String(left)}${by}${String(right)}`
    }),
  )
}
