import { orderedDiagnostics, unreachable, visibleText, type Diagnostic } from '#base'
import type { FieldCatalogue, FieldName } from '#event'
import type { EqlExpression, EqlFilter, EqlJoinKey, EqlStage, EqlStatement } from './ast.ts'
import { callProblems, sortText } from './check-call.ts'
import { exactnessProblems, fieldProblems, type EqlCheck } from './check-field.ts'
import { firstField, partsOf, sortOf, type Sort } from './check-sort.ts'
import { doubtfulConstant, doubtfulPattern } from './doubts.ts'
import { slip } from './slips.ts'

/** How strictly, and against which category field, a statement is checked. */
export interface EqlCheckOptions {
  /** Whether a field that is neither mapped nor optional is an error: a cluster refuses it. */
  readonly unknownFields: 'error' | 'warning'
  /** Where events carry their category; `event.category` unless a rule says otherwise. */
  readonly categoryField?: FieldName
}

/** What is wrong or doubtful about a statement for these fields: names, types, what cannot be compared. */
export function checkEql(
  { query }: EqlStatement,
  fields: FieldCatalogue,
  { unknownFields, categoryField = 'event.category' }: EqlCheckOptions,
): readonly Diagnostic[] {
  const check = { fields, unknownFields, categoryField, nearest: nearestIn(fields) }
  if (query.kind === 'events') return orderedDiagnostics(filterProblems(query.filter, check))
  const until = query.kind === 'sequence' && query.until !== undefined ? [query.until] : []
  const stages = [...query.stages, ...until]
  const found = [
    ...keyProblems(query.keys, check),
    ...stages.flatMap(({ filter, keys }) => [
      ...filterProblems(filter, check),
      ...keyProblems(keys, check),
    ]),
    ...joinProblems(stages, check),
  ]
  return orderedDiagnostics(found)
}

/** A query tends to name an unknown field many times, and a catalogue has thousands of names. */
function nearestIn(fields: FieldCatalogue): EqlCheck['nearest'] {
  const found = new Map<FieldName, FieldName | undefined>()
  return (name) => {
    if (!found.has(name)) found.set(name, fields.nearest(name))
    return found.get(name)
  }
}

type Check = EqlCheck & { readonly categoryField: FieldName }

function filterProblems({ category, condition }: EqlFilter, check: Check): readonly Diagnostic[] {
  const { categoryField: name } = check
  const ofCategory =
    category === undefined
      ? []
      : fieldProblems({ name, isOptional: false, span: category.span }, check)
  return [...withoutPatch(ofCategory), ...conditionProblems(condition, check)]
}

/** The text does not name the field of categories, so there is nothing in it to mend. */
function withoutPatch(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const help = 'a rule names another such field by event_category_override'
  return found.map(({ code, severity, message, span }) => ({ code, severity, message, span, help }))
}

function keyProblems(keys: readonly EqlJoinKey[], check: EqlCheck): readonly Diagnostic[] {
  return keys.flatMap(({ field: name, isOptional, span }) => [
    ...fieldProblems({ name, isOptional, span }, check),
    ...exactnessProblems({ name, span }, check),
  ])
}

/** Keys of one place must be of one sort in every stage. */
function joinProblems(stages: readonly EqlStage[], { fields }: EqlCheck): readonly Diagnostic[] {
  const [first, ...others] = stages
  return others.flatMap(({ keys }) =>
    keys.flatMap((key, place) => {
      const other = first?.keys[place]
      if (other === undefined) return []
      const [sort, otherSort] = [key, other].map(({ field, isOptional, span }) =>
        sortOf({ kind: 'field', name: field, isOptional, span }, fields),
      )
      if (isLike(sort, otherSort)) return []
      const message = `${visibleText(key.field)} is ${sortText[sort ?? 'unknown']}; it cannot join with ${visibleText(other.field)}, which is ${sortText[otherSort ?? 'unknown']}`
      return [slip('join-key-types', message, key.span)]
    }),
  )
}

function isLike(a: Sort | undefined, b: Sort | undefined): boolean {
  return a === b || [a, b].some((sort) => sort === 'unknown' || sort === 'null')
}

/** The problems of an expression that must be true or false. */
function conditionProblems(condition: EqlExpression, check: EqlCheck): readonly Diagnostic[] {
  return [...expressionProblems(condition, check), ...sortProblems(condition, 'boolean', check)]
}

function expressionProblems(expression: EqlExpression, check: EqlCheck): readonly Diagnostic[] {
  switch (expression.kind) {
    case 'field':
      return fieldProblems(expression, check)
    case 'not':
      return conditionProblems(expression.of, check)
    case 'and':
    case 'or':
      return expression.of.flatMap((part) => conditionProblems(part, check))
    case 'negative':
    case 'arithmetic':
      return partsOf(expression).flatMap((part) => [
        ...expressionProblems(part, check),
        ...sortProblems(part, 'number', check),
      ])
    case 'comparison':
      return comparisonProblems(expression, check)
    case 'membership':
      return membershipProblems(expression, check)
    case 'pattern':
      return patternProblems(expression, check)
    case 'call':
      return [
        ...expression.of.flatMap((argument) => expressionProblems(argument, check)),
        ...callProblems(expression, check),
      ]
    case 'string':
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'null':
      return []
    default:
      return unreachable(expression)
  }
}

function sortProblems(
  expression: EqlExpression,
  sort: Sort,
  { fields }: EqlCheck,
): readonly Diagnostic[] {
  const found = sortOf(expression, fields)
  if (isLike(found, sort)) return []
  const message = `${sortText[sort]} must stand here, not ${sortText[found]}`
  const help = sort === 'boolean' ? { help: 'compare it with a value, such as == "text"' } : {}
  return [slip('wrong-type', message, expression.span, help)]
}

type Part<Kind extends EqlExpression['kind']> = Extract<EqlExpression, { readonly kind: Kind }>

function comparisonProblems(
  { op, left, right }: Part<'comparison'>,
  check: EqlCheck,
): readonly Diagnostic[] {
  const sides = [left, right]
  const fieldsOfSides = sides.map((side) => firstField(side, check.fields))
  const [ofLeft, ofRight] = fieldsOfSides
  const together =
    ofLeft === undefined || ofRight === undefined ? [] : [fieldAgainstField(ofRight, op)]
  return [
    ...sides.flatMap((side) => operandProblems(side, check)),
    ...together,
    ...doubtfulConstant(left, right, check.fields),
    ...doubtfulConstant(right, left, check.fields),
  ]
}

/** What is compared exactly. */
function operandProblems(operand: EqlExpression, check: EqlCheck): readonly Diagnostic[] {
  const exactness = operand.kind === 'field' ? exactnessProblems(operand, check) : []
  return [...expressionProblems(operand, check), ...exactness]
}

function fieldAgainstField({ name, span }: Part<'field'>, op: string): Diagnostic {
  const message = `${visibleText(name)} stands where ${op} takes a constant: two fields cannot be compared`
  const help =
    'compare with constants; to find the same value in two events, write a sequence by it'
  return slip('field-against-field', message, span, { help })
}

function membershipProblems(
  { of, values, isCaseless }: Part<'membership'>,
  check: EqlCheck,
): readonly Diagnostic[] {
  const { fields } = check
  const sort = sortOf(of, fields)
  const wanted = isCaseless ? sortProblems(of, 'text', check) : []
  const ofValues = values.flatMap((value) => {
    const inner = expressionProblems(value, check)
    const field = firstField(value, fields)
    if (field !== undefined) return [...inner, fieldAgainstField(field, 'in')]
    if (!isComparable(sort, sortOf(value, fields))) {
      const message = `${sortText[sort]} is looked for, and this is ${sortText[sortOf(value, fields)]}`
      return [...inner, slip('list-type', message, value.span)]
    }
    return [...inner, ...doubtfulConstant(of, value, fields)]
  })
  return [...operandProblems(of, check), ...wanted, ...ofValues]
}

/** Dates and addresses are written as texts, dates as numbers too. */
function isComparable(of: Sort, value: Sort): boolean {
  if (isLike(of, value)) return true
  if (of === 'date') return value === 'text' || value === 'number'
  return of === 'address' && value === 'text'
}

function patternProblems(
  { of, op, patterns }: Part<'pattern'>,
  check: EqlCheck,
): readonly Diagnostic[] {
  const notText = patterns.flatMap((pattern) => {
    if (pattern.kind === 'string') return doubtfulPattern(op, pattern)
    const help = op === ':' ? 'write == for what is no text' : 'put it in double quotes'
    return [slip('pattern-type', `${op} compares only with texts`, pattern.span, { help })]
  })
  const ofField = sortProblems(of, 'text', check).map((problem) => ({
    ...problem,
    help: op === ':' ? 'write ==' : `${op} compares only texts`,
  }))
  return [...expressionProblems(of, check), ...ofField, ...notText]
}
