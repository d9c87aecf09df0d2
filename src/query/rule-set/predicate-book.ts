import { unreachable } from '#base'
import {
  compileIndexPatterns,
  familyOf,
  type EventSource,
  type FieldCatalogue,
  type FieldMapping,
  type FieldName,
  type FieldValue,
} from '#event'
import { compileFilter } from '../match/compile.ts'
import type { ValueTest } from '../match/compiled-value-test.ts'
import type { MatchContext } from '../match/matcher.ts'
import { compileValuesTest } from '../match/one-field.ts'
import { isIndexed } from '../match/visibility.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { Column } from './column.ts'
import { chainOf, type Condition } from './condition.ts'
import type { DocumentSlots } from './document-slots.ts'
import { predicateText } from './explain.ts'
import { numberLeaves } from './number-leaves.ts'
import type { Predicate, ValueLeaf } from './predicate.ts'

/** A predicate that is asked of values, one by one. */
export interface ValuePredicate {
  readonly kind: 'values'
  readonly number: number
  readonly column: Column
  /** Empty for a predicate of the index or of presence. */
  readonly leaves: readonly ValueLeaf[]
  /** Whether one value satisfies it. Made at the first call: most predicates are never asked. */
  test(value: FieldValue): boolean
}

/** A predicate that is asked of the whole document. */
export interface DocumentPredicate {
  readonly kind: 'document'
  readonly number: number
  readonly plan: FilterPlan
  test(source: EventSource): boolean
}

/** The predicates of many filters, numbered: equal ones are one. */
export interface PredicateBook {
  /** A filter with its leaves numbered. What is and-ed is remembered by object, so that asking again costs little. */
  conditionOf(filter: FilterPlan, context: MatchContext): Condition
  /** The condition that a document lies in one of some indices. */
  inIndices(patterns: readonly string[]): Condition
  predicate(number: number): ValuePredicate | DocumentPredicate
  /** What it costs to ask a predicate, compared with others: 1 for a look-up. */
  costOf(number: number): number
  /** A predicate as text for people. */
  textOf(number: number): string
  readonly size: number
}

/** A {@link PredicateBook} without any predicates, whose columns are of slots. */
export function predicateBook(
  fields: FieldCatalogue,
  slots: Pick<DocumentSlots, 'slotOf' | 'presenceSlotOf' | 'groupOf'>,
): PredicateBook {
  const asked: Predicate[] = []
  const predicates: (ValuePredicate | DocumentPredicate)[] = []
  const numbers = new Map<string, number>()
  const columns = new Map<string, Column>()
  const conditions = new WeakMap<FilterPlan, Condition>()

  const columnOf = (holds: Column['holds'], field: FieldName): Column => {
    const key = `${holds} ${field}`
    const known = columns.get(key)
    if (known !== undefined) return known
    const mapping = holds === 'values' ? fields.mappingOf(field) : undefined
    const own = slotsFor(holds, field, mapping)
    const group = own.length === 0 ? -1 : slots.groupOf(own)
    const column = { holds, field, mapping, slots: own, group }
    columns.set(key, column)
    return column
  }

  const slotsFor = (
    holds: Column['holds'],
    field: FieldName,
    mapping: FieldMapping | undefined,
  ): readonly number[] => {
    if (holds === 'index') return []
    if (holds === 'presence') return [slots.presenceSlotOf(field)]
    const names = mapping?.valuesFrom === undefined ? [field] : [mapping.valuesFrom, field]
    return names.map(slots.slotOf)
  }

  const numberOf = (predicate: Predicate): number => {
    const key = JSON.stringify(predicate)
    const known = numbers.get(key)
    if (known !== undefined) return known
    const number = predicates.length
    numbers.set(key, number)
    asked.push(predicate)
    predicates.push(readyPredicate(predicate, number))
    return number
  }

  const readyPredicate = (
    predicate: Predicate,
    number: number,
  ): ValuePredicate | DocumentPredicate => {
    switch (predicate.kind) {
      case 'document': {
        const { plan, nowMs } = predicate
        const test = lazily(() => compileFilter(plan, { fields, nowMs }))
        return { kind: 'document', number, plan, test }
      }
      case 'index':
        return valuePredicate(number, columnOf('index', ''), () => indexTest(predicate.patterns))
      case 'presence':
        return valuePredicate(number, columnOf('presence', predicate.field), () => () => true)
      case 'values': {
        const { field, leaves, nowMs } = predicate
        const column = columnOf('values', field)
        const compile = () => leavesTest(field, leaves, { fields, nowMs })
        return { ...valuePredicate(number, column, compile), leaves }
      }
      default:
        return unreachable(predicate)
    }
  }

  const conditionOf = (filter: FilterPlan, context: MatchContext): Condition => {
    if (filter.kind === 'and') {
      return chainOf(
        'and',
        filter.of.map((part) => conditionOf(part, context)),
      )
    }
    const known = conditions.get(filter)
    if (known !== undefined) return known
    let isTimeless = true
    const condition = numberLeaves(filter, context, (predicate) => {
      if ('nowMs' in predicate && predicate.nowMs !== 0) isTimeless = false
      return numberOf(predicate)
    })
    if (isTimeless) conditions.set(filter, condition)
    return condition
  }

  return {
    conditionOf,
    inIndices: (patterns) => ({
      kind: 'holds',
      predicate: numberOf({ kind: 'index', patterns }),
    }),
    predicate(number) {
      const found = predicates[number]
      if (found === undefined) throw new RangeError(`there is no predicate ${number}`)
      return found
    },
    costOf(number) {
      const predicate = predicates[number]
      if (predicate === undefined || predicate.kind === 'document') return documentCost
      const { leaves, column } = predicate
      const isText = column.mapping !== undefined && familyOf(column.mapping.type) === 'text'
      return Math.max(1, ...leaves.map(({ kind }) => costs[kind])) * (isText ? textCost : 1)
    },
    textOf(number) {
      const predicate = asked[number]
      return predicate === undefined ? '' : predicateText(predicate)
    },
    get size() {
      return predicates.length
    },
  }
}

/** Guesses, of which only the order counts. */
const costs = { exists: 1, match: 1, 'match-any': 1, range: 2, between: 2, glob: 4, regexp: 12 }
const textCost = 6
const documentCost = 30

function valuePredicate(number: number, column: Column, compile: () => ValueTest): ValuePredicate {
  return { kind: 'values', number, column, leaves: [], test: lazily(compile) }
}

function lazily<Value>(make: () => (value: Value) => boolean): (value: Value) => boolean {
  let made: ((value: Value) => boolean) | undefined
  return (value) => {
    made ??= make()
    return made(value)
  }
}

function indexTest(patterns: readonly string[]): ValueTest {
  const matches = compileIndexPatterns(patterns)
  return (name) => typeof name === 'string' && matches(name)
}

function leavesTest(
  field: FieldName,
  leaves: readonly ValueLeaf[],
  context: MatchContext,
): ValueTest {
  const mapping = context.fields.mappingOf(field)
  const plans = leaves.flatMap((leaf) => (leaf.kind === 'exists' ? [] : [leaf]))
  const test = compileValuesTest(field, plans, context) ?? (() => false)
  if (plans.length === leaves.length) return test
  return (value) => isIndexed(value, mapping) || test(value)
}
