import { unreachable } from '#base'
import type { FieldType, FieldValue } from '#event'
import {
  holds,
  impossible,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
} from '../compiled-value-test.ts'
import { compareNumbers, parseNumber, type ExactNumber } from '../number.ts'

/** Compares numbers by value; texts that write numbers count as numbers on both sides. */
export function numberTest(plan: SimpleValuePlan, type: FieldType): CompiledValueTest {
  const stored = (value: FieldValue) => storedNumber(value, type)
  switch (plan.kind) {
    case 'match': {
      const wanted = literalNumber(plan.literal.value, type)
      if (wanted === undefined) return noNumber(plan.literal.value)
      return possible((value) => isEqual(stored(value), wanted))
    }
    case 'match-any': {
      const wanted = plan.values.flatMap((value) => literalNumber(value, type) ?? [])
      if (wanted.length === 0) return noNumber(plan.values[0] ?? '')
      return possible((value) => {
        const found = stored(value)
        return wanted.some((number) => isEqual(found, number))
      })
    }
    case 'glob':
      return impossible('a number cannot be compared with a wildcard pattern')
    case 'range': {
      const bound = literalNumber(plan.value, type)
      if (bound === undefined) return noNumber(plan.value)
      const { op } = plan
      return possible((value) => {
        const found = stored(value)
        return found !== undefined && holds(compareNumbers(found, bound), op)
      })
    }
    case 'regexp':
      return impossible('a number cannot be compared with a regular expression')
    default:
      return unreachable(plan)
  }
}

function noNumber(value: FieldValue): CompiledValueTest {
  return impossible(`${JSON.stringify(value)} is not a number`)
}

function isEqual(found: ExactNumber | undefined, wanted: ExactNumber): boolean {
  return found !== undefined && compareNumbers(found, wanted) === 0
}

function literalNumber(value: FieldValue, type: FieldType): ExactNumber | undefined {
  const number = numberOf(value)
  return isSingle(type) && typeof number === 'number' ? Math.fround(number) : number
}

/** Integer fields keep the whole part of what they are given, float fields 32 bits of it. */
function storedNumber(value: FieldValue, type: FieldType): ExactNumber | undefined {
  const number = numberOf(value)
  if (typeof number !== 'number') return number
  if (isSingle(type)) return Math.fround(number)
  return isFractional(type) ? number : Math.trunc(number)
}

function numberOf(value: FieldValue): ExactNumber | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseNumber(value) : undefined
}

function isSingle(type: FieldType): boolean {
  return type === 'float' || type === 'half_float'
}

function isFractional(type: FieldType): boolean {
  return type === 'double' || type === 'scaled_float'
}
