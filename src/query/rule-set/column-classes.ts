import type { Column } from './column.ts'
import type { OpenDocument } from './open-document.ts'
import type { ValuePredicate } from './predicate-book.ts'
import { compileLookup, type ValueLookup } from './value-lookup.ts'

/** The documents that satisfy the same of some predicates of one column. */
export interface DocumentClass {
  /** Counted from 0, which is that of documents that satisfy none; -1 for one beyond those that are numbered. */
  readonly number: number
  readonly satisfied: ReadonlySet<number>
}

/** The classes into which some predicates of one column part documents. */
export interface ColumnClasses {
  readonly column: Column
  /** By which they are remembered. */
  readonly number: number
  /** The class of a number. */
  at(number: number): DocumentClass | undefined
  /** The class of the open document. Cost: a look-up for a content that is remembered. */
  classOf(): DocumentClass
  /** Whether a class satisfies a predicate; undefined for a predicate that is none of these. */
  known(of: DocumentClass, predicate: number): boolean | undefined
}

/** Classes numbered of one column: further ones are told anew each time. */
const maxClasses = 512

/** More predicates than these are found by look-up rather than each being asked. */
const maxAsked = 4

/** {@link ColumnClasses}, remembered by the slots under a number of their own. */
export function columnClasses(
  column: Column,
  predicates: readonly ValuePredicate[],
  document: OpenDocument,
  ownNumber: number,
): ColumnClasses {
  const own = new Set(predicates.map(({ number }) => number))
  const none: DocumentClass = { number: 0, satisfied: new Set() }
  const classes = [none]
  const classesBySatisfied = new Map<string, DocumentClass>([['', none]])
  let lookUp: ValueLookup | undefined

  const satisfied = (): readonly number[] => {
    if (predicates.length <= maxAsked) return [...own].filter(document.holds)
    lookUp ??= compileLookup(predicates)
    const values = document.valuesIn(column)
    if (values === undefined) return []
    if (typeof values !== 'object') return lookUp(values).map(({ number }) => number)
    return [...new Set(values.flatMap(lookUp).map(({ number }) => number))]
  }

  const classWith = (numbers: readonly number[]): DocumentClass => {
    if (numbers.length === 0) return none
    const sorted = numbers.toSorted((a, b) => a - b)
    const key = sorted.join(' ')
    const known = classesBySatisfied.get(key)
    if (known !== undefined) return known
    const isNumbered = classes.length < maxClasses
    const fresh = { number: isNumbered ? classes.length : -1, satisfied: new Set(sorted) }
    if (isNumbered) {
      classes.push(fresh)
      classesBySatisfied.set(key, fresh)
    }
    return fresh
  }

  return {
    column,
    number: ownNumber,
    at: (number) => classes[number],
    classOf() {
      const number = document.classOf(ownNumber, column)
      const known = classes[number]
      if (known !== undefined) return known
      const fresh = classWith(satisfied())
      if (fresh.number >= 0) document.putClass(ownNumber, column, fresh.number)
      return fresh
    },
    known: (of, predicate) => (own.has(predicate) ? of.satisfied.has(predicate) : undefined),
  }
}
