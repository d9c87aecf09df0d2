import { parseDate, parseDateMath, unreachable, type Rounding } from '#base'
import type { FieldValue } from '#event'
import type { RangeOp } from '../../plan/filter-plan.ts'
import {
  holds,
  impossible,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
} from '../compiled-value-test.ts'

/** Compares instants; a literal that names a whole unit (a day, a month) means all of it. */
export function dateTest(plan: SimpleValuePlan, nowMs: number): CompiledValueTest {
  switch (plan.kind) {
    case 'match':
      return anySpanTest([plan.literal.value], nowMs)
    case 'match-any':
      return anySpanTest(plan.values, nowMs)
    case 'glob':
      return impossible(
        'a date cannot be compared with a wildcard pattern; write a range, or a day such as 2024-06-15',
      )
    case 'range': {
      const { op } = plan
      const bound = parseDateMath(String(plan.value), { nowMs, rounding: roundingOf(op) })
      if (bound === undefined) return noDate(plan.value)
      return possible((value) => {
        const found = storedDate(value)
        return found !== undefined && holds(found - bound, op)
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

function anySpanTest(values: readonly FieldValue[], nowMs: number): CompiledValueTest {
  const spans: { readonly fromMs: number; readonly toMs: number }[] = []
  for (const value of values) {
    const fromMs = parseDateMath(String(value), { nowMs })
    const toMs = parseDateMath(String(value), { nowMs, rounding: 'up' })
    if (fromMs !== undefined && toMs !== undefined) spans.push({ fromMs, toMs })
  }
  if (spans.length === 0) return noDate(values[0] ?? '')
  return possible((value) => {
    const found = storedDate(value)
    return found !== undefined && spans.some(({ fromMs, toMs }) => found >= fromMs && found <= toMs)
  })
}

function noDate(value: FieldValue): CompiledValueTest {
  return impossible(
    `${JSON.stringify(value)} is no date; write 2024-06-15, a full ISO 8601 time, or now-30m`,
  )
}

function storedDate(value: FieldValue): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseDate(value) : undefined
}
