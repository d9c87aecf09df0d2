import { unreachable } from '#base'
import type { FieldMapping, FieldValue } from '#event'
import {
  possible,
  type CompiledValueTest,
  type ValuePlan,
  type ValueTest,
} from '../compiled-value-test.ts'
import { booleanTest } from './boolean.ts'
import { keywordTest } from './keyword.ts'
import { numberTest } from './number.ts'

/**
 * For a field that nobody has described: strings are compared as keywords, numbers as doubles, booleans as
 * booleans. What a literal cannot be compared with, it does not equal.
 */
export function jsonTest(plan: ValuePlan): CompiledValueTest {
  const asText = testOf(keywordTest(plan, unlimited))
  const asNumber = numbersOf(plan)
  const asBoolean = booleansOf(plan)
  return possible((value) => {
    if (typeof value === 'string') return asText(value)
    return typeof value === 'number' ? asNumber(value) : asBoolean(value)
  })
}

const unlimited: FieldMapping = { name: '', type: 'keyword' }

function numbersOf(plan: ValuePlan): ValueTest {
  return someOf(plan, (single) => numberTest(single, 'double'))
}

function booleansOf(plan: ValuePlan): ValueTest {
  return someOf(plan, booleanTest)
}

/** A list may mix numbers, booleans and texts here: those entries count that the type can hold. */
function someOf(plan: ValuePlan, compile: (plan: ValuePlan) => CompiledValueTest): ValueTest {
  if (plan.kind !== 'match-any') return testOf(compile(plan))
  const values = plan.values.filter(
    (value) => compile({ ...plan, values: [value] }).kind === 'test',
  )
  return testOf(compile({ ...plan, values }))
}

function testOf(compiled: CompiledValueTest): ValueTest {
  switch (compiled.kind) {
    case 'test':
      return compiled.test
    case 'impossible':
      return (_value: FieldValue) => false
    default:
      return unreachable(compiled)
  }
}
