import { unreachable } from '#base'
import type { FieldMapping, FieldValue } from '#event'
import {
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
  type ValueTest,
} from '../compiled-value-test.ts'
import { booleanTest } from './boolean.ts'
import { keywordTest } from './keyword.ts'
import { numberTest } from './number.ts'

/**
 * For a field that nobody has described: strings are compared as keywords, numbers as doubles, booleans as
 * booleans. What a literal cannot be compared with, it does not equal.
 */
export function jsonTest(plan: SimpleValuePlan): CompiledValueTest {
  const asText = testOf(keywordTest(plan, unlimited))
  const asNumber = testOf(numberTest(plan, 'double'))
  const asBoolean = testOf(booleanTest(plan))
  return possible((value) => {
    if (typeof value === 'string') return asText(value)
    return typeof value === 'number' ? asNumber(value) : asBoolean(value)
  })
}

/** What texts of such a field are compared as. */
export const unlimited: FieldMapping = { name: '', type: 'keyword' }

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
