import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { NewEvent } from '#store'
import { elementsOf, objectOf, objectsOf, textOf, textsOf } from './json.ts'

/**
 * The events that a case, a data set or a step asks for: its documents, then what its generators make.
 * A document without `_index` lies in `index`.
 */
export function eventsOf(part: JsonObject, index: string): readonly NewEvent[] {
  const generators = [...objectsOf(part['generators']), ...objectsOf([part['generator'] ?? null])]
  const documents = [...objectsOf(part['documents']), ...generators.flatMap(generated)]
  return documents.map((document) => {
    const { _index: own, _id: id, ...source } = document
    return {
      index: textOf(own) || index,
      ...(typeof id === 'string' ? { id } : {}),
      source,
    }
  })
}

/** The documents of a generator: its template, `count` times, with the counter from 0 put in. */
function generated(generator: JsonObject): readonly JsonObject[] {
  const count = Number(generator['count'] ?? 0)
  const template = objectOf(generator['template'])
  return Array.from({ length: count }, (_, i) => objectOf(filled(template, i)))
}

function filled(value: JsonValue, i: number): JsonValue {
  if (typeof value === 'string') return filledText(value, i)
  if (Array.isArray(value)) return value.map((element: JsonValue) => filled(element, i))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member, i)]))
}

const placeholder = /\$\{i(?:([%+*-])(\d+))?(:int)?\}/g

/** `${i}`, `${i%N}`, `${i+N}`, `${i*N}`, `${i-N}`; with `:int`, alone in its text, a number. */
function filledText(text: string, i: number): JsonValue {
  const alone = new RegExp(`^${placeholder.source}$`).exec(text)
  if (alone?.[3] !== undefined) return counted(i, alone[1], alone[2])
  return text.replace(placeholder, (_, sign: string | undefined, by: string | undefined) =>
    String(counted(i, sign, by)),
  )
}

function counted(i: number, sign: string | undefined, by: string | undefined): number {
  const n = Number(by ?? 0)
  if (sign === '%') return i % n
  if (sign === '*') return i * n
  if (sign === '-') return i - n
  return i + n
}

/** The concrete index of a case's documents that name none: the first of its patterns, made a name. */
export function indexOf(test: JsonObject, dataset: JsonObject): string {
  const [own = ''] = textsOf(test['index'])
  const [shared = ''] = textsOf(dataset['index'])
  const chosen = own.includes('*') && shared !== '' ? shared : own === '' ? shared : own
  const name = chosen.replaceAll('*', '1')
  return name === '' ? 'events' : name
}

/** What a mapping says, name by name: types of all indices together, and the names that each index has. */
export interface CaseMapping {
  readonly types: { readonly [name: string]: JsonValue }
  /** Whether an index maps a field; undefined where nothing is said of it. */
  isMapped(index: string, field: string): boolean | undefined
}

/** The mapping of a case or, where it has none, of its data set: flat, or one for each index. */
export function mappingOf(test: JsonObject, dataset: JsonObject): CaseMapping {
  const mapping = objectOf(test['mapping'] ?? dataset['mapping'])
  const indices = new Set([...textsOf(test['index']), ...textsOf(dataset['index'])])
  const documents = [...elementsOf(test['documents']), ...elementsOf(dataset['documents'])]
  for (const document of documents) {
    if (isJsonObject(document)) indices.add(textOf(document['_index']))
  }
  const isByIndex =
    Object.keys(mapping).length > 0 && Object.keys(mapping).every((key) => indices.has(key))
  if (!isByIndex) {
    return { types: mapping, isMapped: (_, field) => (field in mapping ? true : undefined) }
  }
  return {
    types: Object.assign({}, ...Object.values(mapping)),
    isMapped: (index, field) => (index in mapping ? field in objectOf(mapping[index]) : undefined),
  }
}
