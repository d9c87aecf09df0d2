import type { FieldCatalogue } from '#event'
import {
  cellOf,
  isMany,
  singlesOf,
  type Cell,
  type EsqlType,
  type Row,
  type Single,
} from '../cell.ts'
import { asWanted, type Typed, type Wanted } from '../typed.ts'

/** What every part of a query is worked out with. */
export interface EsqlContext {
  /** What NOW() is, epoch milliseconds. */
  readonly nowMs: number
  readonly fields: FieldCatalogue
}

/** A function bound to what it is given. */
export interface Bound {
  readonly type: EsqlType
  readonly of: (row: Row) => Cell
  /** Asks the row's document, whatever it is given. */
  readonly readsDocument?: true
}

/** A function of the values of one row. */
export interface ScalarFunction {
  /** In lower case; the first is the one to use. */
  readonly names: readonly [string, ...string[]]
  /** How many arguments it takes, at least and at most. */
  readonly takes: readonly [number, number]
  /** Gives it arguments, or says what is wrong with them. */
  bind(given: readonly Typed[], context: EsqlContext): Bound | string
}

type TypeRule = EsqlType | ((given: readonly Typed[]) => EsqlType)

interface Shape {
  readonly names: readonly [string, ...string[]]
  /** What each argument must be; those that may be left out come last. */
  readonly wants: readonly Wanted[]
  /** How many of them may be left out. */
  readonly optional?: number
  /** What any number of further ones must be. */
  readonly rest?: Wanted
  readonly type: TypeRule
}

/** A function of one value each: of nothing or of several values it is null. Undefined as an answer is null, too. */
export function onSingles(
  shape: Shape & { readonly of: (...singles: Single[]) => Cell | undefined },
): ScalarFunction {
  return ofShape(shape, (given) => (row) => {
    const singles: Single[] = []
    for (const { of } of given) {
      const cell = of(row)
      if (cell === null || isMany(cell)) return null
      singles.push(cell)
    }
    return shape.of(...singles) ?? null
  })
}

/** A function of each value of its first argument, for which the others must be one value each. */
export function onEach(
  shape: Shape & { readonly of: (...singles: Single[]) => Single | undefined },
): ScalarFunction {
  return ofShape(shape, ([first, ...others]) => (row) => {
    const rest: Single[] = []
    for (const { of } of others) {
      const cell = of(row)
      if (cell === null || isMany(cell)) return null
      rest.push(cell)
    }
    const singles = singlesOf(first?.of(row) ?? null)
    return cellOf(singles.flatMap((single) => shape.of(single, ...rest) ?? []))
  })
}

/** A function of all that its arguments hold. `types` are those of the arguments. */
export function onCells(
  shape: Shape & {
    readonly of: (cells: readonly Cell[], types: readonly EsqlType[]) => Cell
  },
): ScalarFunction {
  return ofShape(shape, (given) => {
    const types = given.map(({ type }) => type)
    return (row) =>
      shape.of(
        given.map(({ of }) => of(row)),
        types,
      )
  })
}

function ofShape(
  { names, wants, optional = 0, rest, type }: Shape,
  make: (given: readonly Typed[]) => (row: Row) => Cell,
): ScalarFunction {
  const most = rest === undefined ? wants.length : Number.POSITIVE_INFINITY
  return {
    names,
    takes: [wants.length - optional, most],
    bind(given) {
      const ready: Typed[] = []
      for (const [at, argument] of given.entries()) {
        const wanted = asWanted(argument, wants[at] ?? rest ?? 'any')
        if (typeof wanted === 'string') return `argument ${at + 1}: ${wanted}`
        ready.push(wanted)
      }
      return { type: typeof type === 'string' ? type : type(ready), of: make(ready) }
    },
  }
}

/** The type of the first argument. */
export function sameType([first]: readonly Typed[]): EsqlType {
  return first?.type ?? 'null'
}
