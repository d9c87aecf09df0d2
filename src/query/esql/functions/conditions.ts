import {
  commonType,
  compareSingles,
  singlesOf,
  type Cell,
  type EsqlType,
  type Single,
} from '../cell.ts'
import { asWanted, type Typed } from '../typed.ts'
import type { Bound, ScalarFunction } from './scalar-function.ts'

/** Functions that choose among their arguments. */
export const conditionFunctions: readonly ScalarFunction[] = [
  {
    names: ['case'],
    takes: [2, Number.POSITIVE_INFINITY],
    bind: bindCase,
  },
  {
    names: ['coalesce'],
    takes: [1, Number.POSITIVE_INFINITY],
    bind: (given) =>
      choosing(given, (row) => {
        for (const { of } of given) {
          const cell = of(row)
          if (cell !== null) return cell
        }
        return null
      }),
  },
  outermost('greatest', 1),
  outermost('least', -1),
]

/** Conditions and values in turn, and what it is where none holds. A condition of several values does not hold. */
function bindCase(given: readonly Typed[]): Bound | string {
  const pairs: { readonly holds: Typed; readonly value: Typed }[] = []
  for (let at = 0; at + 1 < given.length; at += 2) {
    const [condition, value] = [given[at], given[at + 1]]
    if (condition === undefined || value === undefined) continue
    const holds = asWanted(condition, 'boolean')
    if (typeof holds === 'string') return `argument ${at + 1}: ${holds}`
    pairs.push({ holds, value })
  }
  const otherwise = given.length % 2 === 1 ? given.at(-1) : undefined
  const values = [
    ...pairs.map(({ value }) => value),
    ...(otherwise === undefined ? [] : [otherwise]),
  ]
  return choosing(values, (row) => {
    for (const { holds, value } of pairs) if (holds.of(row) === true) return value.of(row)
    return otherwise?.of(row) ?? null
  })
}

/** Of values that must share a type. */
function choosing(values: readonly Typed[], of: Bound['of']): Bound | string {
  const type = sharedType(values)
  return type === undefined ? mixed(values) : { type, of }
}

function sharedType(values: readonly Typed[]): EsqlType | undefined {
  let shared: EsqlType | undefined = 'null'
  for (const { type } of values) shared = shared && commonType(shared, type)
  return shared
}

function mixed(values: readonly Typed[]): string {
  return `its values have different types: ${[...new Set(values.map(({ type }) => type))].join(', ')}`
}

/** Null as soon as one of them is. */
function outermost(name: string, sign: 1 | -1): ScalarFunction {
  return {
    names: [name],
    takes: [1, Number.POSITIVE_INFINITY],
    bind: (given) => {
      const type = sharedType(given)
      if (type === undefined) return mixed(given)
      return {
        type,
        of: (row): Cell => {
          let best: Single | undefined
          for (const { of } of given) {
            const singles = singlesOf(of(row))
            if (singles.length === 0) return null
            for (const single of singles) {
              if (best === undefined || sign * compareSingles(single, best, type) > 0) best = single
            }
          }
          return best ?? null
        },
      }
    },
  }
}
