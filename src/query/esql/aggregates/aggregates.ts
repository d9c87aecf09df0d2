import {
  cellOf,
  compareSingles,
  isNumeric,
  singlesOf,
  type Cell,
  type EsqlType,
  type Single,
} from '../cell.ts'
import { asWanted, type Typed, type Wanted } from '../typed.ts'
import type { Accumulator, Aggregate } from './aggregate.ts'

/** Every aggregate. Null counts for none of them. */
export const aggregates: readonly Aggregate[] = [
  {
    names: ['count'],
    takes: [0, 1],
    bind: ([of]) => ({
      type: 'long',
      start: () => counting((cells) => (of === undefined ? 1 : singlesOf(cells[0] ?? null).length)),
    }),
  },
  {
    names: ['count_distinct'],
    // A second argument tells other engines how exact to be; this one always is.
    takes: [1, 2],
    bind: () => ({ type: 'long', start: () => distinct((values) => values.length) }),
  },
  {
    names: ['values'],
    takes: [1, 1],
    bind: ([of]) => ({ type: typeOf(of), start: () => distinct(cellOf) }),
  },
  outermost('min', -1),
  outermost('max', 1),
  {
    names: ['sum'],
    takes: [1, 1],
    bind: ([of]) =>
      ofNumbers(of, sumType, (numbers) => numbers.reduce((a, b) => a + b, 0), { holds: 'sum' }),
  },
  {
    names: ['avg'],
    takes: [1, 1],
    bind: ([of]) => ofNumbers(of, double, mean, { holds: 'mean' }),
  },
  {
    names: ['median'],
    takes: [1, 1],
    bind: ([of]) => ofNumbers(of, double, (n) => quantile(n, 0.5)),
  },
  {
    names: ['percentile'],
    takes: [2, 2],
    bind: ([of, at]) => {
      const percent = at?.constant?.cell
      if (typeof percent !== 'number') return 'argument 2: a number, written out, is wanted'
      return ofNumbers(of, double, (numbers) => quantile(numbers, percent / 100))
    },
  },
  {
    names: ['median_absolute_deviation'],
    takes: [1, 1],
    bind: ([of]) =>
      ofNumbers(of, double, (numbers) => {
        const middle = quantile(numbers, 0.5)
        return quantile(
          numbers.map((value) => Math.abs(value - middle)),
          0.5,
        )
      }),
  },
  {
    names: ['variance'],
    takes: [1, 1],
    bind: ([of]) => ofNumbers(of, double, variance),
  },
  {
    names: ['std_dev'],
    takes: [1, 1],
    bind: ([of]) => ofNumbers(of, double, (numbers) => Math.sqrt(variance(numbers))),
  },
  { names: ['top'], takes: [2, 3], bind: bindTop },
  atEnd('first', -1),
  atEnd('last', 1),
  {
    names: ['present'],
    takes: [1, 1],
    bind: () => ({ type: 'boolean', start: () => seen(true) }),
  },
  { names: ['absent'], takes: [1, 1], bind: () => ({ type: 'boolean', start: () => seen(false) }) },
]

/** The aggregates by each of their names. */
export const aggregatesByName: ReadonlyMap<string, Aggregate> = new Map(
  aggregates.flatMap((each) => each.names.map((name) => [name, each] as const)),
)

function typeOf(of: Typed | undefined): EsqlType {
  return of?.type ?? 'null'
}

function double(): EsqlType {
  return 'double'
}

/** Whole numbers add up to a long; of nothing but null there is no number. */
function sumType(of: Typed): EsqlType {
  if (of.type === 'null') return 'null'
  return of.type === 'double' ? 'double' : 'long'
}

function counting(of: (cells: readonly Cell[]) => number): Accumulator {
  let count = 0
  return {
    take(cells) {
      count += of(cells)
      return 0
    },
    result: () => count,
  }
}

/** Keeps each value once. */
function distinct(result: (values: readonly Single[]) => Cell): Accumulator {
  const values = new Set<Single>()
  return {
    take([cell = null]) {
      const before = values.size
      for (const value of singlesOf(cell)) values.add(value)
      return values.size - before
    },
    result: () => result([...values]),
  }
}

function outermost(name: string, sign: 1 | -1): Aggregate {
  return {
    names: [name],
    takes: [1, 1],
    bind: ([of]) => ({
      type: typeOf(of),
      start: () => {
        let best: Single | undefined
        return {
          take([cell = null]) {
            for (const value of singlesOf(cell)) {
              if (best === undefined || sign * compareSingles(value, best, typeOf(of)) > 0) {
                best = value
              }
            }
            return 0
          },
          result: () => best ?? null,
        }
      },
    }),
  }
}

/** An aggregate of numbers: of none it is null. What needs only their sum and count keeps no more. */
function ofNumbers(
  given: Typed | undefined,
  type: (of: Typed) => EsqlType,
  result: (numbers: readonly number[]) => number,
  { holds = 'all' }: { readonly holds?: 'all' | 'sum' | 'mean' } = {},
): ReturnType<Aggregate['bind']> {
  const wanted: Wanted = 'number'
  const of = given === undefined ? 'it is missing' : asWanted(given, wanted)
  if (typeof of === 'string') return `argument 1: ${of}`
  const read = (cell: Cell) => singlesOf(cell).filter((value) => typeof value === 'number')
  return {
    type: type(isNumeric(of.type) || of.type === 'null' ? of : { ...of, type: 'double' }),
    start: () => (holds === 'all' ? keeping(read, result) : summing(read, holds)),
  }
}

function keeping(
  read: (cell: Cell) => readonly number[],
  result: (numbers: readonly number[]) => number,
): Accumulator {
  const numbers: number[] = []
  return {
    take([cell = null]) {
      const found = read(cell)
      numbers.push(...found)
      return found.length
    },
    result: () => (numbers.length === 0 ? null : result(numbers)),
  }
}

function summing(read: (cell: Cell) => readonly number[], holds: 'sum' | 'mean'): Accumulator {
  let [sum, count] = [0, 0]
  return {
    take([cell = null]) {
      for (const value of read(cell)) {
        sum += value
        count++
      }
      return 0
    },
    result: () => (count === 0 ? null : holds === 'sum' ? sum : sum / count),
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length
}

function variance(numbers: readonly number[]): number {
  const middle = mean(numbers)
  return mean(numbers.map((value) => (value - middle) ** 2))
}

/** Between the two nearest ranks, as Elasticsearch does for few values. */
function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = Math.min(1, Math.max(0, part)) * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? 0
  const high = sorted[Math.ceil(at)] ?? low
  return low + (high - low) * (at - Math.floor(at))
}

/** `TOP(field, 3, "desc")`: so many of the largest or smallest values. */
function bindTop([of, limit, order]: readonly Typed[]): ReturnType<Aggregate['bind']> {
  const count = limit?.constant?.cell
  if (typeof count !== 'number' || count < 1) return 'argument 2: a number above zero is wanted'
  const sign = String(order?.constant?.cell ?? 'asc').toLowerCase() === 'desc' ? -1 : 1
  const type = typeOf(of)
  return {
    type,
    start: () => {
      let best: Single[] = []
      return {
        take([cell = null]) {
          const before = best.length
          best = [...best, ...singlesOf(cell)]
            .toSorted((a, b) => sign * compareSingles(a, b, type))
            .slice(0, count)
          return best.length - before
        },
        result: () => cellOf(best),
      }
    },
  }
}

/** `FIRST(field, order)` and `LAST`: the value of the row whose order is least, or greatest. */
function atEnd(name: string, sign: 1 | -1): Aggregate {
  return {
    names: [name],
    takes: [2, 2],
    bind: ([of, order]) => ({
      type: typeOf(of),
      start: () => {
        let best: { readonly order: Single; readonly cell: Cell } | undefined
        return {
          take([cell = null, at = null]) {
            for (const place of singlesOf(at)) {
              const isFurther =
                best === undefined || sign * compareSingles(place, best.order, typeOf(order)) > 0
              if (isFurther && cell !== null) best = { order: place, cell }
            }
            return 0
          },
          result: () => best?.cell ?? null,
        }
      },
    }),
  }
}

function seen(answer: boolean): Accumulator {
  let any = false
  return {
    take([cell = null]) {
      any ||= cell !== null
      return 0
    },
    result: () => any === answer,
  }
}
