import { unreachable } from '#base'
import type { FieldMapping, FieldValue } from '#event'
import { compareByCodePoint } from '../compare-text.ts'
import {
  holds,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
} from '../compiled-value-test.ts'
import { compileGlob, lowerCaseGlob } from '../glob.ts'
import { regexpTest } from '../regexp-test.ts'

/** Compares whole values as text, case-sensitively unless the field or the leaf says otherwise. */
export function keywordTest(plan: SimpleValuePlan, mapping: FieldMapping): CompiledValueTest {
  const foldsCase = mapping.caseless === true || ('caseless' in plan && plan.caseless)
  const fold = foldsCase ? (text: string) => text.toLowerCase() : (text: string) => text
  const limit = mapping.ignoreAbove ?? Infinity
  const ofValues = (test: (text: string) => boolean) =>
    possible((value: FieldValue) => {
      const text = typeof value === 'string' ? value : String(value)
      return text.length <= limit && test(foldsCase ? fold(text) : text)
    })
  return plan.kind === 'regexp'
    ? regexpTest({ ...plan, caseless: foldsCase }, ofValues)
    : ofValues(textTestOf(plan, foldsCase, fold))
}

function textTestOf(
  plan: Exclude<SimpleValuePlan, { readonly kind: 'regexp' }>,
  foldsCase: boolean,
  fold: (text: string) => string,
): (text: string) => boolean {
  switch (plan.kind) {
    case 'match': {
      const wanted = fold(String(plan.literal.value))
      return (text) => text === wanted
    }
    case 'match-any': {
      const wanted = new Set(plan.values.map((value) => fold(String(value))))
      return (text) => wanted.has(text)
    }
    case 'glob':
      return compileGlob(foldsCase ? lowerCaseGlob(plan.glob) : plan.glob)
    case 'range': {
      const bound = fold(String(plan.value))
      const { op } = plan
      return (text) => holds(compareByCodePoint(text, bound), op)
    }
    default:
      return unreachable(plan)
  }
}
