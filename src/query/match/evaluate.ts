import { unreachable, type JsonObject } from '#base'
import {
  familyOf,
  forEachLeaf,
  objectsAt,
  valuesOf,
  type EventSource,
  type FieldMapping,
  type FieldName,
  type FieldValue,
} from '#event'
import { globText } from '../plan/glob-text.ts'
import type { FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import type { ValuePlan } from './compiled-value-test.ts'
import { expressionHolds, type ExpressionField } from './expression/evaluate-expression.ts'
import { globChunks } from './glob-chunks.ts'
import type { MatchContext } from './matcher.ts'
import { slowGlob, valueHolds } from './evaluate-value.ts'
import { isIndexed, isVisible } from './visibility.ts'

/**
 * Whether a document satisfies a plan: the slow, obvious reading of the specification that
 * {@link compileFilter} must agree with. Everything is looked up anew for each document.
 */
export function evaluateFilter(
  plan: FilterPlan,
  source: EventSource,
  context: MatchContext,
): boolean {
  return evaluate(plan, { source, path: undefined, context })
}

interface Place {
  readonly source: JsonObject
  readonly path: FieldName | undefined
  readonly context: MatchContext
}

function evaluate(plan: FilterPlan, place: Place): boolean {
  switch (plan.kind) {
    case 'all':
      return true
    case 'none':
      return false
    case 'not':
      return !evaluate(plan.of, place)
    case 'and':
      return plan.of.every((part) => evaluate(part, place))
    case 'or':
      return plan.of.some((part) => evaluate(part, place))
    case 'nested':
      return objectsBelow(plan.path, place).some((source) =>
        evaluate(plan.of, { ...place, source, path: plan.path }),
      )
    case 'exists':
      return fieldsMeant(plan, place).some(({ mapping, values, name }) =>
        values.some((value) => isIndexed(value, mapping ?? place.context.fields.mappingOf(name))),
      )
    case 'glob':
      if (plan.field.kind === 'any' && isCut(plan.glob)) {
        return globChunks(plan.glob).some((chunk) => evaluate(chunkPlan(plan, chunk), place))
      }
      return someFieldHolds(plan, place)
    case 'match':
    case 'match-any':
    case 'range':
    case 'between':
    case 'regexp':
      return someFieldHolds(plan, place)
    case 'expression':
      return expressionHolds(plan.of, (name) => fieldOfExpression(name, place), place.context.nowMs)
    default:
      return unreachable(plan)
  }
}

/** Whether a glob over any field is read in pieces: one with spaces, and plain words without a wildcard. */
function isCut(glob: readonly GlobPart[]): boolean {
  return /\s/.test(globText(glob)) || glob.every((part) => part.kind === 'literal')
}

function chunkPlan(
  plan: Extract<FilterPlan, { readonly kind: 'glob' }>,
  chunk: ReturnType<typeof globChunks>[number],
): FilterPlan {
  return chunk.kind === 'glob'
    ? { ...plan, glob: chunk.glob }
    : { kind: 'match', field: plan.field, literal: { value: chunk.text, quoted: false } }
}

function someFieldHolds(plan: ValuePlan, place: Place): boolean {
  return fieldsMeant(plan, place).some(({ mapping, values }) =>
    values.some((value) => valueHolds(plan, value, mapping, place.context.nowMs)),
  )
}

/** A field that a leaf is about, with its values in the document. */
interface MetField {
  readonly name: FieldName
  readonly mapping: FieldMapping | undefined
  readonly values: readonly FieldValue[]
}

function fieldsMeant(
  plan: Extract<FilterPlan, { readonly field: unknown }>,
  place: Place,
): readonly MetField[] {
  const { fields } = place.context
  const { field } = plan
  if (field.kind === 'field') return oneField(field.name, plan.kind === 'exists', place)
  const pattern = field.kind === 'pattern' ? field.parts : undefined
  const multiFields = (pattern === undefined ? [] : fields.expand(globText(pattern)))
    .flatMap((name) => fields.mappingOf(name) ?? [])
    .filter((mapping) => mapping.valuesFrom !== undefined)
  const met: MetField[] = []
  forEachLeaf(place.source, (below, value) => {
    const name = place.path === undefined ? below : `${place.path}.${below}`
    for (const mapping of multiFields) {
      if (mapping.valuesFrom === name) met.push({ name: mapping.name, mapping, values: [value] })
    }
    const meant =
      pattern === undefined ? isVisible(name, place.path, fields) : slowGlob(pattern, name)
    if (meant) met.push({ name, mapping: fields.mappingOf(name), values: [value] })
  })
  return met
}

function oneField(field: FieldName, existence: boolean, place: Place): readonly MetField[] {
  const { fields } = place.context
  const mapping = fields.mappingOf(field)
  const stored = mapping?.valuesFrom ?? field
  const below = withoutPath(stored, place.path)
  if (below === undefined || !isVisible(stored, place.path, fields)) return []
  const extra = stored === field ? undefined : withoutPath(field, place.path)
  const values = [below, ...(extra === undefined ? [] : [extra])].flatMap((name) =>
    valuesOf(place.source, name),
  )
  const own = { name: field, mapping, values }
  const family = mapping === undefined ? 'structure' : familyOf(mapping.type)
  const isWhole = family === 'flattened' || (existence && ['structure', 'opaque'].includes(family))
  if (!isWhole) return [own]
  if (mapping?.type === 'nested') return []
  const met: MetField[] = [own]
  forEachLeaf(place.source, (part, value) => {
    if (!part.startsWith(`${below}.`)) return
    const name = place.path === undefined ? part : `${place.path}.${part}`
    if (!existence) met.push({ name, mapping, values: [value] })
    else if (isVisible(name, place.path, fields)) {
      met.push({ name, mapping: fields.mappingOf(name), values: [value] })
    }
  })
  return met
}

/** A field as one whole: an expression does not look below it. */
function fieldOfExpression(name: FieldName, place: Place): ExpressionField {
  const [own] = oneField(name, false, place)
  return own ?? { mapping: place.context.fields.mappingOf(name), values: [] }
}

function objectsBelow(path: FieldName, place: Place): readonly JsonObject[] {
  const below = withoutPath(path, place.path)
  return below === undefined ? [] : objectsAt(place.source, below)
}

function withoutPath(field: FieldName, path: FieldName | undefined): FieldName | undefined {
  if (path === undefined) return field
  return field.startsWith(`${path}.`) ? field.slice(path.length + 1) : undefined
}
