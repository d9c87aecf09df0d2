import { isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import type { EventDocument } from '#event'
import type { Line } from '#server'

/** What a line of an input holds. */
export type EventLine =
  | { readonly kind: 'event'; readonly event: EventDocument }
  /** An empty line, or the action line of a bulk file. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/**
 * The event of a line: a document, or one wrapped by an export (`_index`, `_id`, `_source`). A document
 * without an id is named by its place.
 */
export function eventOfLine(line: Line, path: string): EventLine {
  if (line.kind === 'too-large')
    return unreadable(`${line.bytes} bytes are too large for one event`)
  if (line.kind === 'not-utf8') return unreadable('it is not valid UTF-8')
  if (line.text.trim() === '') return { kind: 'nothing' }
  const value = jsonOf(line.text)
  if (typeof value === 'string') return unreadable(value)
  if (!isJsonObject(value.json)) return unreadable('expected a JSON object')
  if (isAction(value.json)) return { kind: 'nothing' }
  return { kind: 'event', event: eventOf(value.json, { path, number: line.number }) }
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

function isAction(value: JsonObject): boolean {
  const [name, second] = Object.keys(value)
  if (second !== undefined || (name !== 'index' && name !== 'create')) return false
  const meta = value[name]
  return isJsonObject(meta) && Object.keys(meta).every((key) => key.startsWith('_'))
}

function eventOf(
  value: JsonObject,
  { path, number }: { readonly path: string; readonly number: number },
): EventDocument {
  const { _index: index, _id: id, _source: source } = value
  const place = `${path}:${number}`
  if (!isJsonObject(source)) return { index: 'hunt', id: place, source: value }
  return { index: textOr(index, 'hunt'), id: textOr(id, place), source }
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
