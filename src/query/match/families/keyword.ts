import { lowerCaseAscii, unreachable } from '#base'
import type { FieldMapping } from '#event'
import { compareByCodePoint } from '../compare-text.ts'
import {
  holds,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
  type ValueTest,
} from '../compiled-value-test.ts'
import { compileGlobs } from '../glob-list.ts'
import { compileGlob, foldedGlob } from '../glob.ts'
import { regexpTest } from '../regexp-test.ts'
import { compareVersions, parseVersion } from '../version.ts'

/**
 * Compares whole values as text, case-sensitively unless the field or the leaf says otherwise. Versions are
 * texts that have an order of their own.
 */
export function keywordTest(plan: SimpleValuePlan, mapping: FieldMapping): CompiledValueTest {
  const fold = foldOf(plan, mapping)
  const ofValues = (test: (text: string) => boolean) => possible(wholeText(test, fold, mapping))
  if (plan.kind === 'range' && mapping.type === 'version') {
    const [bound, { op }] = [parseVersion(String(plan.value)), plan]
    return ofValues((text) => holds(compareVersions(parseVersion(text), bound), op))
  }
  return plan.kind === 'regexp'
    ? regexpTest({ ...plan, caseless: fold !== undefined }, ofValues)
    : ofValues(textTestOf(plan, fold))
}

type GlobPlan = Extract<SimpleValuePlan, { readonly kind: 'glob' }>

/** Whether a value satisfies any of several globs, which are all meant with or all without regard to case. */
export function anyGlobTest(globs: readonly GlobPlan[], mapping: FieldMapping): ValueTest {
  const [first] = globs
  if (first === undefined) return () => false
  const fold = foldOf(first, mapping)
  return wholeText(compileGlobs(globs.map(({ glob }) => foldedGlob(glob, fold))), fold, mapping)
}

function wholeText(
  test: (text: string) => boolean,
  fold: Fold | undefined,
  { ignoreAbove = Infinity }: FieldMapping,
): ValueTest {
  return (value) => {
    const text = typeof value === 'string' ? value : String(value)
    return text.length <= ignoreAbove && test(fold === undefined ? text : fold(text))
  }
}

type Fold = (text: string) => string

/** A field kept in lower case is so in all of Unicode; a leaf folds A to Z, as Lucene does. Undefined: case counts. */
function foldOf(plan: SimpleValuePlan, mapping: FieldMapping): Fold | undefined {
  if (mapping.caseless === true) return (text) => text.toLowerCase()
  return 'caseless' in plan && plan.caseless ? lowerCaseAscii : undefined
}

function textTestOf(
  plan: Exclude<SimpleValuePlan, { readonly kind: 'regexp' }>,
  fold: Fold = (text) => text,
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
      return compileGlob(foldedGlob(plan.glob, fold))
    case 'range': {
      const bound = fold(String(plan.value))
      const { op } = plan
      return (text) => holds(compareByCodePoint(text, bound), op)
    }
    default:
      return unreachable(plan)
  }
}
