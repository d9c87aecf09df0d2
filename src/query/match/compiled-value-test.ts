import type { FieldValue } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'

/** A leaf of a plan that asks about values. */
export type ValuePlan = Extract<
  FilterPlan,
  { readonly kind: 'match' | 'match-any' | 'glob' | 'range' | 'between' | 'regexp' }
>

/** A leaf that no other leaves can be said in: what each family of types answers in its own way. */
export type SimpleValuePlan = Exclude<ValuePlan, { readonly kind: 'between' }>

/** Whether one value of a field satisfies a leaf. */
export type ValueTest = (value: FieldValue) => boolean

/**
 * A leaf made ready for one field, or why the field's type cannot answer it: then no value satisfies it.
 * Entries of a list that the type cannot hold are passed over; a list is impossible when all of them are.
 */
export type CompiledValueTest =
  | { readonly kind: 'test'; readonly test: ValueTest }
  | { readonly kind: 'impossible'; readonly reason: string }

/** A leaf that a type can answer. */
export function possible(test: ValueTest): CompiledValueTest {
  return { kind: 'test', test }
}

/** A leaf that a type cannot answer. */
export function impossible(reason: string): CompiledValueTest {
  return { kind: 'impossible', reason }
}

/** Whether an order relation (below zero, zero, above zero) satisfies a range operator. */
export function holds(order: number, op: 'gt' | 'gte' | 'lt' | 'lte'): boolean {
  if (op === 'gt') return order > 0
  if (op === 'gte') return order >= 0
  return op === 'lt' ? order < 0 : order <= 0
}
