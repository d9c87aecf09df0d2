import { compileRegexp } from '../regexp/compile.ts'
import { impossible, type CompiledValueTest, type SimpleValuePlan } from './compiled-value-test.ts'

type RegexpPlan = Extract<SimpleValuePlan, { readonly kind: 'regexp' }>

/** The test of a leaf's regular expression, made into a test of values; impossible where it does not compile. */
export function regexpTest(
  { pattern, caseless = false }: RegexpPlan,
  ofValues: (test: (text: string) => boolean) => CompiledValueTest,
): CompiledValueTest {
  const compiled = compileRegexp(pattern, { caseless })
  return compiled.ok ? ofValues(compiled.value) : impossible(compiled.error.message)
}
