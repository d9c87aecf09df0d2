import { assert, isJsonObject, type JsonObject, type JsonValue } from '#base'
import { ecsCatalogue, valuesOf } from '#event'
import type { Rule, Threshold } from '#rule'
import type { NewEvent } from '#store'
import { eventOf } from './geneve.ts'

/**
 * As many events of one document as a threshold rule asks for: the document says how the query is satisfied,
 * and nothing of how often. Each event has an id and a time of its own, a millisecond after the one before.
 * All are of one group: a grouped field that the document lacks, because the query does not ask for it, gets
 * one value. Where the rule counts distinct values of a field, each event has another one there.
 */
export function eventsReaching(
  rule: Rule,
  source: JsonObject,
  fromMs: number,
): readonly NewEvent[] {
  const { field, cardinality = [], value } = thresholdOf(rule)
  const [distinct] = cardinality
  const count = Math.max(value, distinct?.value ?? 0)
  const grouped = withFields(source, field)
  return Array.from({ length: count }, (_, at) => {
    const document =
      distinct === undefined
        ? grouped
        : withValue(grouped, distinct.field, valueOf(distinct.field, at))
    return { ...eventOf(rule, document, fromMs + at), id: `event-${at}` }
  })
}

/** The document with some value in each of the fields that it lacks. */
export function withFields(source: JsonObject, fields: readonly string[]): JsonObject {
  return fields
    .filter((name) => valuesOf(source, name).length === 0)
    .reduce((document, name) => withValue(document, name, valueOf(name, 0)), source)
}

/** The same events with one too few: one left out, or one whose distinct value is another's. */
export function shortOf(rule: Rule, events: readonly NewEvent[]): readonly NewEvent[] {
  const { cardinality = [], value } = thresholdOf(rule)
  const [distinct] = cardinality
  const [first, ...others] = events
  assert(first !== undefined, 'a threshold asks for an event at least')
  if (distinct === undefined || value >= distinct.value) return others
  const [again] = valuesOf(first.source, distinct.field)
  return events.map((event, at) =>
    at === 1 ? { ...event, source: withValue(event.source, distinct.field, again ?? null) } : event,
  )
}

function thresholdOf({ params }: Rule): Threshold {
  assert(params.type === 'threshold', 'a threshold rule')
  return params.threshold
}

/** A value of the field's type, another one for each number. */
function valueOf(field: string, at: number): JsonValue {
  const type = ecsCatalogue().mappingOf(field)?.type
  if (type === 'ip') return `192.0.2.${at % 256}`
  return type === 'long' ? at : `value-${at}`
}

/** The document with a value at a dotted field. */
function withValue(source: JsonObject, field: string, value: JsonValue): JsonObject {
  const [first = '', ...rest] = field.split('.')
  if (rest.length === 0) return { ...source, [first]: value }
  const below = source[first]
  const object = isJsonObject(below) ? below : {}
  return { ...source, [first]: withValue(object, rest.join('.'), value) }
}
