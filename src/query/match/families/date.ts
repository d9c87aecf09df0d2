import { unreachable, type Rounding } from '#base'
import type { FieldType, FieldValue } from '#event'
import type { RangeOp } from '../../plan/filter-plan.ts'
import { instantsOf, type Instants } from '../instant.ts'
import {
  holds,
  impossible,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
} from '../compiled-value-test.ts'

/** Compares instants; a literal that names a whole unit (a day, a month) means all of it. */
export function dateTest(plan: SimpleValuePlan, nowMs: number, type: FieldType): CompiledValueTest {
  const instants = instantsOf(type)
  switch (plan.kind) {
    case 'match':
      return anySpanTest([plan.literal.value], nowMs, instants)
    case 'match-any':
      return anySpanTest(plan.values, nowMs, instants)
    case 'glob':
      return impossible(
        'a date cannot be compared with a wildcard pattern; write a range, or a day such as 2024-06-15',
      )
    case 'range': {
      const { op } = plan
      const bound = instants.asked(String(plan.value), nowMs, roundingOf(op))
      if (bound === undefined) return noDate(plan.value)
      return possible((value) => {
        const found = instants.stored(value)
        return found !== undefined && holds(orderOf(found, bound), op)
      })
    }
    case 'regexp':
      return impossible('a date cannot be compared with a regular expression')
    default:
      return unreachable(plan)
  }
}

/** Which end of a named unit a bound means: `<=` a day includes the day, `>` a day begins after it. */
function roundingOf(op: RangeOp): Rounding {
  return op === 'gt' || op === 'lte' ? 'up' : 'down'
}

function anySpanTest(
  values: readonly FieldValue[],
  nowMs: number,
  instants: Instants,
): CompiledValueTest {
  const spans: { readonly from: number | bigint; readonly to: number | bigint }[] = []
  for (const value of values) {
    const from = instants.asked(String(value), nowMs, 'down')
    const to = instants.asked(String(value), nowMs, 'up')
    if (from !== undefined && to !== undefined) spans.push({ from, to })
  }
  if (spans.length === 0) return noDate(values[0] ?? '')
  return possible((value) => {
    const found = instants.stored(value)
    return found !== undefined && spans.some(({ from, to }) => found >= from && found <= to)
  })
}

function noDate(value: FieldValue): CompiledValueTest {
  return impossible(
    `${JSON.stringify(value)} is no date; write 2024-06-15, a full ISO 8601 time, or now-30m`,
  )
}

function orderOf(a: number | bigint, b: number | bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
