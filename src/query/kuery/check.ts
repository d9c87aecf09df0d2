import { visibleText, type Diagnostic } from '#base'
import { familyOf, type FieldCatalogue, type FieldName } from '#event'
import type { ValuePlan } from '../match/compiled-value-test.ts'
import { compileValueTest } from '../match/value-test.ts'
import { globText } from '../plan/glob-text.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { textOf, type KueryLeaf, type KueryNode, type KueryValue } from './ast.ts'
import { lowerKueryLeaf } from './lower.ts'
import { doubtfulWord } from './doubtful-words.ts'

/** What is doubtful about a KQL tree: unknown fields, values that a field's type cannot hold, slips that parse. */
export function checkKuery(node: KueryNode, fields: FieldCatalogue): readonly Diagnostic[] {
  return checkNode(node, { fields, path: undefined })
}

interface Place {
  readonly fields: FieldCatalogue
  /** The nested path that a condition stands in. */
  readonly path: FieldName | undefined
}

function checkNode(node: KueryNode, place: Place): readonly Diagnostic[] {
  switch (node.kind) {
    case 'is':
    case 'range':
      return checkLeaf(node, place)
    case 'and':
    case 'or':
      return node.of.flatMap((part) => checkNode(part, place))
    case 'not':
      return checkNode(node.of, place)
    case 'nested':
      return checkNested(node, place)
  }
}

function checkNested(
  node: Extract<KueryNode, { readonly kind: 'nested' }>,
  place: Place,
): readonly Diagnostic[] {
  const path = prefixOf(place) + textOf(node.path)
  const inner = checkNode(node.of, { ...place, path })
  const type = place.fields.mappingOf(path)?.type
  if (type === undefined || type === 'nested') return inner
  const notNested = doubt({
    code: 'kuery.not-nested',
    message: `${visibleText(path)} is of type ${type}, not nested; a cluster refuses such a query`,
    span: node.path.span,
    help: `write the conditions with full names: ${visibleText(path)}.<field>: …`,
  })
  return [notNested, ...inner]
}

function prefixOf({ path }: Place): string {
  return path === undefined ? '' : `${path}.`
}

function checkLeaf(leaf: KueryLeaf, place: Place): readonly Diagnostic[] {
  const plan = lowerKueryLeaf(leaf, prefixOf(place))
  return [
    ...doubtfulWord(leaf),
    ...(leaf.field === undefined ? [] : checkField(plan, leaf.field, place)),
    ...checkValue(plan, leaf.value, place),
  ]
}

function checkField(
  plan: FilterPlan,
  word: KueryValue,
  { fields, path }: Place,
): readonly Diagnostic[] {
  if (!('field' in plan) || plan.field.kind === 'any') return []
  if (plan.field.kind === 'pattern') {
    const pattern = globText(plan.field.parts)
    if (fields.expand(pattern).length > 0) return []
    return [unknownField(pattern, word, 'no known field matches', undefined)]
  }
  const { name } = plan.field
  if (fields.mappingOf(name) === undefined && !isObject(name, fields)) {
    const nearest = path === undefined ? fields.nearest(name) : undefined
    return [unknownField(name, word, 'unknown field', nearest)]
  }
  const nestedPath = fields.nestedPathOf(name)
  if (nestedPath === undefined || nestedPath === path) return []
  return [
    doubt({
      code: 'kuery.nested-field',
      message: `${visibleText(name)} lies in the nested field ${nestedPath} and cannot be seen from here`,
      span: word.span,
      help: `write ${nestedPath}:{ ${name.slice(nestedPath.length + 1)}: … }`,
    }),
  ]
}

function isObject(name: FieldName, fields: FieldCatalogue): boolean {
  for (const known of fields.names()) if (known.startsWith(`${name}.`)) return true
  return false
}

function unknownField(
  name: string,
  word: KueryValue,
  problem: string,
  nearest: FieldName | undefined,
): Diagnostic {
  return doubt({
    code: 'kuery.unknown-field',
    message: `${problem} "${visibleText(name)}"; values are compared by their JSON type`,
    span: word.span,
    ...(nearest === undefined ? {} : { help: `did you mean ${nearest}?`, patch: nearest }),
  })
}

function checkValue(plan: FilterPlan, word: KueryValue, { fields }: Place): readonly Diagnostic[] {
  if (!isValuePlan(plan) || plan.field.kind !== 'field') return []
  const mapping = fields.mappingOf(plan.field.name)
  if (mapping === undefined) return []
  const name = visibleText(plan.field.name)
  if (familyOf(mapping.type) === 'structure') {
    return [
      doubt({
        code: 'kuery.object-field',
        message: `${name} is an object; it has no value of its own`,
        span: word.span,
        help: `name a field below it, or ask whether it exists: ${name}:*`,
      }),
    ]
  }
  // The time does not matter: a text is a date, or it is none, whenever it is asked.
  const compiled = compileValueTest(plan, mapping, 0)
  if (compiled.kind === 'test') return []
  return [
    {
      code: 'kuery.value-type',
      severity: 'error',
      message: `${name} is of type ${mapping.type}: ${visibleText(compiled.reason)}`,
      span: word.span,
    },
  ]
}

function isValuePlan(plan: FilterPlan): plan is ValuePlan {
  return plan.kind === 'match' || plan.kind === 'glob' || plan.kind === 'range'
}

function doubt(found: Omit<Diagnostic, 'severity'>): Diagnostic {
  return { severity: 'warning', ...found }
}
