import { addressFunctions } from './addresses.ts'
import { conditionFunctions } from './conditions.ts'
import { conversionFunctions } from './conversions.ts'
import { dateFunctions } from './dates.ts'
import { numberFunctions } from './numbers.ts'
import type { ScalarFunction } from './scalar-function.ts'
import { searchFunctions } from './searches.ts'
import { textFunctions } from './text.ts'
import { valueFunctions } from './values.ts'

/** Every function of one row's values. */
export const scalarFunctions: readonly ScalarFunction[] = [
  ...conditionFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...conversionFunctions,
  ...valueFunctions,
  ...addressFunctions,
  ...searchFunctions,
]

/** The functions by each of their names. */
export const scalarFunctionsByName: ReadonlyMap<string, ScalarFunction> = new Map(
  scalarFunctions.flatMap((each) => each.names.map((name) => [name, each] as const)),
)
