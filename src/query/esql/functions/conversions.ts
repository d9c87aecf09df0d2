import type { EsqlType } from '../cell.ts'
import { convertSingle } from '../convert.ts'
import { eachSingle, type Typed } from '../typed.ts'
import type { Bound, ScalarFunction } from './scalar-function.ts'

/** `TO_…`: each value as one of another type, null where there is none. */
export const conversionFunctions: readonly ScalarFunction[] = [
  to('keyword', 'to_string', 'to_str'),
  to('boolean', 'to_boolean', 'to_bool'),
  to('integer', 'to_integer', 'to_int'),
  to('long', 'to_long', 'to_unsigned_long', 'to_ul', 'to_ulong'),
  to('double', 'to_double', 'to_dbl'),
  to('date', 'to_datetime', 'to_dt', 'to_date_nanos'),
  to('ip', 'to_ip'),
  to('version', 'to_version', 'to_ver'),
]

function to(type: EsqlType, ...names: readonly [string, ...string[]]): ScalarFunction {
  return {
    names,
    takes: [1, 1],
    bind: ([given]) => (given === undefined ? 'one argument is wanted' : converting(given, type)),
  }
}

/** An expression with each of its values converted. */
export function converting(given: Typed, type: EsqlType): Bound | string {
  if (given.timeSpan !== undefined) return 'a span of time is no value'
  return {
    type,
    of: (row) => eachSingle(given.of(row), (single) => convertSingle(single, given.type, type)),
  }
}
