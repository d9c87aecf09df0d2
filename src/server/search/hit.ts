import type { JsonObject, JsonValue } from '#base'
import { termFieldOf } from '#detect'
import { familyOf, forEachLeaf, type FieldCatalogue } from '#event'
import type { FoundDocument } from './found-document.ts'
import { toldSortValues, type SortKey } from './read/sort.ts'
import { namesTest, type SourceFilter, type WantedField } from './read/source-filter.ts'
import type { SortedDocument } from './top-documents.ts'

/** What is told of each hit. */
export interface HitShape {
  readonly source: SourceFilter
  readonly fields: readonly WantedField[]
  readonly catalogue: FieldCatalogue
  /** Empty: hits are told with a score, which is 1 for all. */
  readonly sort: readonly SortKey[]
  readonly withScore: boolean
  readonly withVersion: boolean
  readonly withSequence: boolean
}

/** One hit as Elasticsearch tells it. */
export function hitOf({ document, values }: SortedDocument, shape: HitShape): JsonObject {
  const { index, id, source, place } = document
  return {
    _index: index,
    _id: id,
    ...(shape.withVersion && { _version: 1 }),
    ...(shape.withSequence && { _seq_no: place, _primary_term: 1 }),
    _score: shape.withScore ? 1 : null,
    ...(shape.source !== undefined && { _source: shape.source(source) }),
    ...(shape.fields.length > 0 && { fields: fieldsOf(document, shape) }),
    ...(shape.sort.length > 0 && { sort: toldSortValues(values, shape.sort) }),
  }
}

/** The values of the fields asked for, each a list. Of a multi-field those of the field that it reads. */
function fieldsOf({ source }: FoundDocument, { fields, catalogue }: HitShape): JsonObject {
  const found = new Map<string, JsonValue[]>()
  for (const { pattern, asMs } of fields) {
    const isWanted = namesTest([pattern])
    const told = new Map<string, JsonValue[]>()
    forEachLeaf(source, (name, value) => {
      if (!isWanted(name)) return
      const values = told.get(name) ?? []
      told.set(name, values)
      values.push(shownValue(name, value, { asMs, catalogue }))
    })
    const from = pattern.includes('*') ? undefined : catalogue.mappingOf(pattern)?.valuesFrom
    if (from !== undefined && told.size === 0) {
      const values: JsonValue[] = []
      forEachLeaf(source, (name, value) => {
        if (name === from) values.push(value)
      })
      if (values.length > 0) told.set(pattern, values)
    }
    for (const [name, values] of told) found.set(name, values)
  }
  return Object.fromEntries(found)
}

function shownValue(
  name: string,
  value: string | number | boolean,
  { asMs, catalogue }: { readonly asMs: boolean; readonly catalogue: FieldCatalogue },
): JsonValue {
  const mapping = catalogue.mappingOf(name)
  if (mapping === undefined || familyOf(mapping.type) !== 'date') return value
  const field = termFieldOf(name, catalogue)
  const [ms] = typeof field === 'string' ? [] : field.termsOf({ [name]: value })
  if (typeof ms !== 'number') return value
  return asMs ? String(ms) : new Date(ms).toISOString()
}
