import { unreachable } from '#base'
import { familyOf, type FieldMapping } from '#event'
import { rangesOf } from '../plan/ranges-of.ts'
import {
  impossible,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
  type ValuePlan,
} from './compiled-value-test.ts'
import { booleanTest } from './families/boolean.ts'
import { dateTest } from './families/date.ts'
import { ipTest } from './families/ip.ts'
import { jsonTest } from './families/json.ts'
import { keywordTest } from './families/keyword.ts'
import { numberTest } from './families/number.ts'
import { textTest } from './families/text.ts'

/** Compiles a leaf for a field's type; no mapping means that each value is compared by its JSON type. */
export function compileValueTest(
  plan: ValuePlan,
  mapping: FieldMapping | undefined,
  nowMs: number,
): CompiledValueTest {
  if (plan.kind !== 'between') return compileSimpleTest(plan, mapping, nowMs)
  // Of a text, one and the same word must lie between the bounds.
  if (mapping !== undefined && familyOf(mapping.type) === 'text') return textTest(plan)
  const [low, high] = rangesOf(plan)
  return both(compileSimpleTest(low, mapping, nowMs), compileSimpleTest(high, mapping, nowMs))
}

function both(a: CompiledValueTest, b: CompiledValueTest): CompiledValueTest {
  if (a.kind === 'impossible') return a
  if (b.kind === 'impossible') return b
  return possible((value) => a.test(value) && b.test(value))
}

function compileSimpleTest(
  plan: SimpleValuePlan,
  mapping: FieldMapping | undefined,
  nowMs: number,
): CompiledValueTest {
  if (mapping === undefined) return jsonTest(plan)
  const family = familyOf(mapping.type)
  switch (family) {
    case 'keyword':
    case 'flattened':
      return keywordTest(plan, mapping)
    case 'text':
      return textTest(plan)
    case 'number':
      return numberTest(plan, mapping.type)
    case 'ip':
      return ipTest(plan)
    case 'date':
      return dateTest(plan, nowMs, mapping.type)
    case 'boolean':
      return booleanTest(plan)
    case 'structure':
      return jsonTest(plan)
    case 'opaque':
      return impossible(`a ${mapping.type} field can only be asked whether it exists`)
    default:
      return unreachable(family)
  }
}
