import { unreachable } from '#base'
import type { FieldValue } from '#event'
import {
  impossible,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
} from '../compiled-value-test.ts'

/** Compares booleans; the strings `true` and `false` count as them on both sides. */
export function booleanTest(plan: SimpleValuePlan): CompiledValueTest {
  switch (plan.kind) {
    case 'match':
      return anyBooleanTest([plan.literal.value])
    case 'match-any':
      return anyBooleanTest(plan.values)
    case 'glob':
      return impossible('a boolean cannot be compared with a wildcard pattern; write true or false')
    case 'range':
      return impossible('booleans have no order; write true or false')
    case 'regexp':
      return impossible('a boolean cannot be compared with a regular expression')
    default:
      return unreachable(plan)
  }
}

function anyBooleanTest(values: readonly FieldValue[]): CompiledValueTest {
  const wanted = values.flatMap((value) => booleanOf(value) ?? [])
  if (wanted.length === 0) {
    return impossible(`${JSON.stringify(values[0] ?? '')} is neither true nor false`)
  }
  return possible((value) => {
    // An empty string is indexed as false.
    const found = value === '' ? false : booleanOf(value)
    return found !== undefined && wanted.includes(found)
  })
}

function booleanOf(value: FieldValue): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  return value === 'false' ? false : undefined
}
