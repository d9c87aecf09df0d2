import { isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import { firstValueOf, indexNameProblem, type EventDocument } from '#event'
import type { Line } from '#server'

/** What a line of an input holds. */
export type EventLine =
  | { readonly kind: 'event'; readonly event: EventDocument }
  /** The action line of a bulk file: the next line's event goes by these names where they are said. */
  | { readonly kind: 'action'; readonly names: EventNames }
  /** An empty line. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** What an event is called, as far as it is known. */
export interface EventNames {
  readonly index?: string
  readonly id?: string
}

/** Where an event is read, and what it is called where it does not say so itself. */
export interface LinePlace {
  readonly path: string
  /** The index of an event that names none, by itself or through its `data_stream` fields. */
  readonly namelessIndex: string
  /** What the action line before it says. */
  readonly action: EventNames
}

/**
 * The event of a line: a document, or one wrapped by an export (`_index`, `_id`, `_source`). A document
 * without an id is named by its place.
 */
export function eventOfLine(line: Line, place: LinePlace): EventLine {
  if (line.kind !== 'text') return unreadable(lineProblem(line) ?? '')
  if (line.text.trim() === '') return { kind: 'nothing' }
  const value = jsonOf(line.text)
  if (typeof value === 'string') return unreadable(value)
  if (!isJsonObject(value.json)) return unreadable('expected a JSON object')
  const names = namesOfAction(value.json)
  if (names !== undefined) return { kind: 'action', names }
  return { kind: 'event', event: eventOf(value.json, { ...place, number: line.number }) }
}

/** Why a line cannot be read at all, if so. */
export function lineProblem(line: Line): string | undefined {
  if (line.kind === 'too-large') return `${line.bytes} bytes are too large for one event`
  return line.kind === 'not-utf8' ? 'it is not valid UTF-8' : undefined
}

function unreadable(reason: string): EventLine {
  return { kind: 'unreadable', reason }
}

function jsonOf(text: string): { readonly json: JsonValue } | string {
  try {
    return { json: JSON.parse(text) }
  } catch (thrown) {
    return `it is not JSON: ${messageOf(thrown)}`
  }
}

/** What the action line of a bulk file says; undefined for any other object. */
export function namesOfAction(value: JsonObject): EventNames | undefined {
  const [name, second] = Object.keys(value)
  if (second !== undefined || (name !== 'index' && name !== 'create')) return undefined
  const meta = value[name]
  if (!isJsonObject(meta) || !Object.keys(meta).every((key) => key.startsWith('_')))
    return undefined
  const { _index: index, _id: id } = meta
  return {
    ...(typeof index === 'string' && { index }),
    ...(typeof id === 'string' && { id }),
  }
}

/** The event of a JSON object, in line `number`. */
export function eventOf(
  value: JsonObject,
  { path, number, namelessIndex, action }: LinePlace & { readonly number: number },
): EventDocument {
  const { _index: index, _id: id, _source: wrapped } = value
  const isWrapped = isJsonObject(wrapped)
  const source = isWrapped ? wrapped : value
  const named = isWrapped && typeof index === 'string' ? index : action.index
  return {
    index: named ?? dataStreamOf(source) ?? namelessIndex,
    id: isWrapped && typeof id === 'string' ? id : (action.id ?? `${path}:${number}`),
    source,
  }
}

/** The data stream that shippers write into the event itself. */
function dataStreamOf(source: JsonObject): string | undefined {
  const [type, dataset, namespace = 'default'] = ['type', 'dataset', 'namespace'].map((part) =>
    firstValueOf(source, `data_stream.${part}`),
  )
  if (typeof type !== 'string' || typeof dataset !== 'string') return undefined
  const name = `${type}-${dataset}-${namespace}`
  return indexNameProblem(name) === undefined ? name : undefined
}
