import { visibleText, type Diagnostic } from '#base'
import { familyOf, type FieldCatalogue } from '#event'
import { compileValueTest } from '../match/value-test.ts'
import type { EqlExpression, EqlLiteral, EqlPatternOp } from './ast.ts'
import { slip } from './slips.ts'

/** A constant that a field can never equal, or that looks like a pattern and is none. */
export function doubtfulConstant(
  of: EqlExpression,
  constant: EqlExpression,
  fields: FieldCatalogue,
): readonly Diagnostic[] {
  if (of.kind !== 'field') return []
  const value = valueOf(constant)
  if (value === undefined) return []
  const mapping = fields.mappingOf(of.name)
  if (typeof value === 'string' && /^\*|\*$/.test(value) && value !== '*') {
    const message = '* is the character itself here, not a wildcard'
    return [
      doubt('literal-wildcard', message, constant, 'write : or like where any text was meant'),
    ]
  }
  if (mapping === undefined || familyOf(mapping.type) === 'structure') return []
  const compiled = compileValueTest(
    {
      kind: 'match',
      field: { kind: 'field', name: of.name },
      literal: { value, quoted: true },
    },
    mapping,
    // The time does not matter: a text is a date, or it is none, whenever it is asked.
    0,
  )
  if (compiled.kind === 'test') return []
  const message = `${visibleText(of.name)} is of type ${mapping.type}: ${visibleText(compiled.reason)}`
  return [doubt('value-type', message, constant, 'this is never equal')]
}

function valueOf(constant: EqlExpression): string | number | boolean | undefined {
  if (constant.kind === 'integer') return Number(constant.value)
  if (constant.kind !== 'string' && constant.kind !== 'decimal' && constant.kind !== 'boolean') {
    return undefined
  }
  return constant.value
}

/** A regular expression with anchors, which are ordinary characters here. */
export function doubtfulPattern(
  op: EqlPatternOp,
  pattern: Extract<EqlLiteral, { readonly kind: 'string' }>,
): readonly Diagnostic[] {
  if (op !== 'regex' && op !== 'regex~') return []
  const { value } = pattern
  if (!value.startsWith('^') && !/(?<!\\)\$$/.test(value)) return []
  const message = '^ and $ are ordinary characters: the whole value is always compared'
  return [doubt('anchor', message, pattern, 'remove them')]
}

function doubt(
  problem: string,
  message: string,
  { span }: EqlExpression,
  help: string,
): Diagnostic {
  return { ...slip(problem, message, span, { help }), severity: 'warning' }
}
