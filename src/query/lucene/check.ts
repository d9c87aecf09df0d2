import { visibleText, type Diagnostic, type Span } from '#base'
import { familyOf, type FieldCatalogue, type FieldName } from '#event'
import type { ValuePlan } from '../match/compiled-value-test.ts'
import { compileValueTest } from '../match/value-test.ts'
import { globText } from '../plan/glob-text.ts'
import type { FieldSelector, FilterPlan } from '../plan/filter-plan.ts'
import { isStar, type LuceneClauses, type LuceneLeaf, type LuceneNode } from './ast.ts'
import { existsField, lowerLuceneLeaf } from './lower.ts'
import { doubt, slip } from './slips.ts'

/** What is doubtful about a Lucene tree: unknown fields, values that a field's type cannot hold, clauses that decide nothing. */
export function checkLucene(node: LuceneNode, fields: FieldCatalogue): readonly Diagnostic[] {
  return node.kind === 'leaf' ? checkLeaf(node, fields) : checkClauses(node, fields)
}

function checkClauses({ of }: LuceneClauses, fields: FieldCatalogue): readonly Diagnostic[] {
  const isRequired = of.some(({ occur }) => occur === 'required')
  return of.flatMap((clause, i) => {
    const inner = checkLucene(clause.of, fields)
    const { span } = clause.of
    if (clause.occur === 'optional' && isRequired) {
      const message = 'this decides nothing, since conditions beside it are required'
      const help = 'AND and OR have no precedence here: put parentheses around one of them'
      return [...inner, doubt('idle-condition', message, span, { help })]
    }
    const isOrNot =
      clause.occur === 'prohibited' && (clause.joinedBy ?? of[i + 1]?.joinedBy) === 'or'
    if (!isOrNot) return inner
    const message = 'NOT excludes from the whole list here, as "AND NOT" would'
    const help = 'write (NOT …) where documents without it should match too'
    return [...inner, doubt('or-not', message, span, { help })]
  })
}

function checkLeaf(leaf: LuceneLeaf, fields: FieldCatalogue): readonly Diagnostic[] {
  const plan = lowerLuceneLeaf(leaf)
  return [
    ...checkWords(leaf, fields),
    ...checkExistence(leaf),
    ...checkField(plan, leaf, fields),
    ...checkValue(plan, leaf.value.span, fields),
  ]
}

function checkWords({ field, value }: LuceneLeaf, fields: FieldCatalogue): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  if (field === undefined && !isStar(value)) {
    const message = 'no field is named, so every field of each event is searched'
    found.push(doubt('no-field', message, value.span, { help: 'write field:value' }))
  }
  if (value.kind === 'words' && value.count > 1 && !isText(field?.text, fields)) {
    const message = 'words without an operator between them are one value'
    const help = 'write OR between them, or put them in quotes'
    found.push(doubt('words-together', message, value.span, { help }))
  }
  if (value.kind === 'words' && /.(?:&&|\|\|)|(?:&&|\|\|)./s.test(value.text)) {
    const message = '&& and || are operators only with spaces around; here they belong to the value'
    found.push(doubt('operator-in-word', message, value.span))
  }
  if (value.kind === 'phrase' && /[*?]/.test(value.text)) {
    const message = '* and ? in quotes are the characters themselves, not wildcards'
    found.push(
      doubt('quoted-wildcard', message, value.span, {
        help: 'remove the quotes where any text was meant',
      }),
    )
  }
  if (value.kind === 'regexp' && isText(field?.text, fields) && /[A-Z]/.test(value.pattern)) {
    const message = 'a text is compared word by word in lower case; capital letters never match'
    found.push(doubt('capital-in-regexp', message, value.span, { help: 'write it in lower case' }))
  }
  return found
}

function isText(field: FieldName | undefined, fields: FieldCatalogue): boolean {
  const type = field === undefined ? undefined : fields.mappingOf(field)?.type
  return type !== undefined && familyOf(type) === 'text'
}

function checkExistence({ field, value }: LuceneLeaf): readonly Diagnostic[] {
  if (field?.text !== existsField || (value.kind !== 'range' && value.kind !== 'regexp')) return []
  return [
    doubt(
      'not-a-field-name',
      `${existsField} takes the name of a field: this is never true`,
      value.span,
      {
        help: `write ${existsField}:field`,
      },
    ),
  ]
}

function checkField(
  plan: FilterPlan,
  { field, value }: LuceneLeaf,
  fields: FieldCatalogue,
): readonly Diagnostic[] {
  if (!('field' in plan) || plan.field.kind === 'any' || field === undefined) return []
  const span = field.text === existsField ? value.span : field.span
  if (plan.field.kind === 'pattern') {
    const pattern = globText(plan.field.parts)
    if (pattern === '*' || fields.expand(pattern).length > 0) return []
    return [unknownField(pattern, span, 'no known field matches', undefined)]
  }
  const { name } = plan.field
  if (fields.mappingOf(name) === undefined && !isObject(name, fields)) {
    return [unknownField(name, span, 'unknown field', fields.nearest(name))]
  }
  const nestedPath = fields.nestedPathOf(name)
  if (nestedPath === undefined) return []
  const message = `${visibleText(name)} lies in the nested field ${nestedPath}, which Lucene queries cannot see into`
  return [doubt('nested-field', message, span, { help: 'write the query in kuery' })]
}

function isObject(name: FieldName, fields: FieldCatalogue): boolean {
  for (const known of fields.names()) if (known.startsWith(`${name}.`)) return true
  return false
}

function unknownField(
  name: string,
  span: Span,
  problem: string,
  nearest: FieldName | undefined,
): Diagnostic {
  const message = `${problem} "${visibleText(name)}"; values are compared by their JSON type`
  const more = nearest === undefined ? {} : { help: `did you mean ${nearest}?`, patch: nearest }
  return doubt('unknown-field', message, span, more)
}

function checkValue(plan: FilterPlan, span: Span, fields: FieldCatalogue): readonly Diagnostic[] {
  if (!isNamedValuePlan(plan)) return []
  const mapping = fields.mappingOf(plan.field.name)
  if (mapping === undefined) return []
  const name = visibleText(plan.field.name)
  if (familyOf(mapping.type) === 'structure') {
    const help = `name a field below it, or ask whether it exists: ${name}:*`
    return [
      doubt('object-field', `${name} is an object; it has no value of its own`, span, { help }),
    ]
  }
  // The time does not matter: a text is a date, or it is none, whenever it is asked.
  const compiled = compileValueTest(plan, mapping, 0)
  if (compiled.kind === 'test') return []
  return [
    slip('value-type', `${name} is of type ${mapping.type}: ${visibleText(compiled.reason)}`, span),
  ]
}

type NamedValuePlan = ValuePlan & {
  readonly field: Extract<FieldSelector, { readonly kind: 'field' }>
}

function isNamedValuePlan(plan: FilterPlan): plan is NamedValuePlan {
  return 'field' in plan && plan.field.kind === 'field' && plan.kind !== 'exists'
}
