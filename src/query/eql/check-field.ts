import { visibleText, type Diagnostic, type Span } from '#base'
import { familyOf, type FieldCatalogue, type FieldName } from '#event'
import type { EqlField } from './ast.ts'
import { exactFieldOf } from './exact-field.ts'
import { shown, slip } from './slips.ts'

/** What a statement is checked against. */
export interface EqlCheck {
  readonly fields: FieldCatalogue
  /** Whether a field that is not mapped, and not optional either, stops the query. */
  readonly unknownFields: 'error' | 'warning'
  /** The nearest known name to a misspelt one, looked up once for each. */
  readonly nearest: (name: FieldName) => FieldName | undefined
}

/** Whether a field can be used at all. */
export function fieldProblems(
  { name, isOptional, span }: Pick<EqlField, 'name' | 'isOptional' | 'span'>,
  check: EqlCheck,
): readonly Diagnostic[] {
  const { fields } = check
  const type = fields.mappingOf(name)?.type
  const seen = visibleText(name)
  const path = type === 'nested' ? name : fields.nestedPathOf(name)
  if (path !== undefined) {
    const message = `${seen} lies in the nested field ${visibleText(path)}, which EQL cannot see into`
    return [slip('nested-field', message, span, { help: 'write the query in kuery' })]
  }
  if (type === undefined) return isOptional ? [] : [unknownField(name, span, check)]
  const family = familyOf(type)
  if (family === 'structure') {
    const message = `${seen} is an object; it has no value of its own`
    return [slip('object-field', message, span, { help: 'name a field below it' })]
  }
  if (family !== 'opaque' && family !== 'flattened') return []
  const message = `${seen} is of type ${type}, which EQL cannot compare`
  const help = family === 'flattened' ? 'name a key below it' : 'name another field'
  return [slip('unsupported-type', message, span, { help })]
}

function unknownField(
  name: FieldName,
  span: Span,
  { nearest: nearestOf, unknownFields: severity }: EqlCheck,
): Diagnostic {
  const nearest = nearestOf(name)
  const told = `unknown field ${shown(name)}`
  const message = severity === 'error' ? told : `${told}; values are compared by their JSON type`
  const advice =
    nearest === undefined
      ? { help: 'write ? before it if it may be missing from the mappings' }
      : { help: `did you mean ${nearest}?`, patch: nearest }
  return { ...slip('unknown-field', message, span, advice), severity }
}

/** Whether the whole values of a field can be compared exactly. */
export function exactnessProblems(
  { name, span }: Pick<EqlField, 'name' | 'span'>,
  { fields }: EqlCheck,
): readonly Diagnostic[] {
  const exact = exactFieldOf(name, fields)
  const seen = visibleText(name)
  switch (exact.kind) {
    case 'field':
      return []
    case 'caseless': {
      const message = `${seen} is kept in lower case: it cannot be compared exactly`
      return [slip('inexact-field', message, span, { help: 'name the field that it is made from' })]
    }
    case 'words': {
      const message = `${seen} is a text that is kept word by word: it cannot be compared exactly`
      return [slip('inexact-field', message, span, { help: 'name a field of type keyword' })]
    }
    case 'several': {
      const [first = ''] = exact.names
      const message = `${seen} is a text with several exact parts`
      const advice = { help: `name one of ${exact.names.join(', ')}`, patch: first }
      return [slip('inexact-field', message, span, advice)]
    }
  }
}
