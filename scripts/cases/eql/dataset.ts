import { isJsonObject, parseDate, type JsonObject, type JsonValue } from '#base'
import {
  firstValueOf,
  forEachLeaf,
  type EventSource,
  type FieldCatalogue,
  type MappingOverride,
} from '#event'
import type { NewEvent } from '#store'
import { objectOf, objectsOf, textOf } from '../json.ts'
import { catalogueOf, dynamicText, mappingsOf } from './mapping.ts'

/** Documents that EQL queries run over, as an index would hold them. */
export interface EqlDataset {
  readonly fields: FieldCatalogue
  readonly categoryField: string
  readonly events: readonly NewEvent[]
  /** What vectors call a document. */
  vectorIdOf(source: EventSource): JsonValue
  /** Sample vectors have no times: all stand at the beginning of time, in the order of their indices. */
  timeMsOf(source: EventSource): number | undefined
}

/** A dataset of a file of them. Throws where the text is no JSON. */
export function eqlDataset(text: string, name: string): EqlDataset {
  const described = describedIn(text, name)
  const documents = documentsOf(described)
  const mappings = {
    ...dynamicMappings(documents, /text with a \.keyword/.test(textOf(described['note']))),
    ...Object.assign({}, ...partsOf(described).map(({ mapping }) => mappingsOf(mapping))),
  }
  const [idField = ''] = textOf(described['id_field']).split(' ')
  return {
    fields: catalogueOf(mappings),
    categoryField: textOf(described['event_category_field']),
    events: documents.map((each, n) => ({ ...each, id: String(n) })),
    vectorIdOf: (source) => firstValueOf(source, idField) ?? null,
    timeMsOf: described['indices'] === undefined ? timeMsOf : () => 0,
  }
}

/** What a text says of a dataset. One may have the documents of another, with their raw times, nanoseconds, as dates. */
function describedIn(text: string, name: string): JsonObject {
  const datasets = objectOf(objectOf(JSON.parse(text))['datasets'])
  const described = objectOf(datasets[name])
  const { same_docs_as: other } = described
  if (other === undefined) return described
  const same = objectOf(datasets[textOf(other)])
  // Raw times have more digits than a number keeps.
  const exact: JsonObject = JSON.parse(text.replaceAll(/"timestamp": *(\d+)/g, '"timestamp":"$1"'))
  const exactDocs = objectsOf(objectOf(objectOf(exact['datasets'])[textOf(other)])['docs'])
  const docs = objectsOf(same['docs']).map((source, at) => ({
    ...source,
    '@timestamp': nanosText(BigInt(textOf(exactDocs[at]?.['timestamp']))),
  }))
  const mapping = { ...objectOf(same['mapping']), ...objectOf(described['mapping']) }
  return { ...same, ...described, docs, mapping }
}

function nanosText(nanos: bigint): string {
  const below = String(nanos % 1_000_000n).padStart(6, '0')
  return `${new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, -1)}${below}Z`
}

interface Document {
  readonly index: string
  readonly source: JsonObject
}

function documentsOf(described: JsonObject): readonly Document[] {
  return partsOf(described).flatMap(({ index, docs, mapping }) =>
    docs.map((source) => ({ index, source: asIndexed(source, mapping) })),
  )
}

function partsOf(described: JsonObject) {
  const indices = isJsonObject(described['indices']) ? described['indices'] : { cases: described }
  return Object.entries(indices).map(([index, part]) => ({
    index,
    docs: objectsOf(objectOf(part)['docs']),
    mapping: objectOf(objectOf(part)['mapping']),
  }))
}

/** What mappings do that our catalogue has no words for: dates of other formats, and a value in place of null. */
function asIndexed(source: JsonObject, mapping: JsonObject): JsonObject {
  const members = Object.entries(source).map(([name, value]): readonly [string, JsonValue] => {
    const words = textOf(mapping[name])
    const nullValue = /null_value "(.*?)"/.exec(words)?.[1]
    if (value === null && nullValue !== undefined) return [name, nullValue]
    const [, day, month, year] = /^(\d\d)-(\d\d)-(\d{4})$/.exec(textOf(value)) ?? []
    if (words.includes('dd-MM-yyyy') && day !== undefined) return [name, `${year}-${month}-${day}`]
    // Four digits would be a year.
    if (words.startsWith('date') && /^\d+$/.test(textOf(value))) return [name, Number(value)]
    return [name, value]
  })
  return Object.fromEntries(members)
}

function dynamicMappings(
  documents: readonly Document[],
  isText: boolean,
): Readonly<Record<string, MappingOverride>> {
  const mappings: Record<string, MappingOverride> = {}
  const ofStrings = isText ? dynamicText : 'keyword'
  for (const { source } of documents) {
    forEachLeaf(source, (name, value) => {
      const ofOthers = typeof value === 'number' ? 'long' : 'boolean'
      mappings[name] ??= typeof value === 'string' ? ofStrings : ofOthers
    })
  }
  return mappings
}

function timeMsOf(source: EventSource): number | undefined {
  const value = firstValueOf(source, '@timestamp')
  return typeof value === 'number' ? value : parseDate(String(value))
}
