import { hashOf, isJsonObject, type JsonObject } from '#base'
import type { EventSource } from '#event'
import { timesOf } from '../event-time.ts'
import type { NewEvent, StoredEvent, WrittenNewEvent } from '../event-store.ts'
import { fieldNamesOf } from '../field-names.ts'
import { numberAt, objectAt, textAt } from './reply.ts'

/** The time fields whose values are indexed, and under which names. */
export const timeFields: { readonly [field: string]: string } = {
  '@timestamp': 'vedette.times.timestamp',
  'event.ingested': 'vedette.times.ingested',
}

/** An event on its way to the cluster, under the name that one of that index and id always has. */
export interface EventAtRest {
  readonly place: string
  /** JSON text of the document: the event's own members, beside `vedette`. */
  readonly native: string | undefined
  /** The same with the event as one text, for a cluster that refuses its members. */
  readonly asText: string
}

/** The longest name of a field by which events are found, UTF-16 units: a cluster indexes 32,766 bytes. */
const maxFieldNameLength = 10_000

/** The name of an event's document. */
export function eventPlace(index: string, id: string): string {
  return hashOf(index, id)
}

/** What is written of an event; `json` is its text. */
export function eventAtRest(
  event: NewEvent | WrittenNewEvent,
  {
    id,
    sequence,
    ingestedMs,
    json,
  }: Pick<StoredEvent, 'id' | 'sequence' | 'ingestedMs'> & {
    readonly json: Uint8Array
  },
): EventAtRest {
  const source = 'written' in event ? event.written.source : event.source
  const text = utf8.decode(json)
  const own = {
    index: event.index,
    id,
    sequence,
    ingested_ms: ingestedMs,
    bytes: json.length,
    fields: [...fieldNamesOf(source)].filter(({ length }) => length <= maxFieldNameLength),
    times: {
      timestamp: timesOf(source, '@timestamp'),
      ingested: timesOf(source, 'event.ingested'),
    },
  }
  const asText = {
    '@timestamp': new Date(ingestedMs).toISOString(),
    vedette: { ...own, as_text: true, source: text },
  }
  return {
    place: eventPlace(event.index, id),
    native: isNative(source, text)
      ? `{"vedette":${JSON.stringify(own)},${text.slice(1)}`
      : undefined,
    asText: JSON.stringify(asText),
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Whether the members of an event can stand beside ours. */
function isNative(source: EventSource, text: string): boolean {
  return text !== '{}' && !Object.hasOwn(source, 'vedette') && !/"vedette\./.test(text)
}

/** The event of a document. */
export function eventOf(source: JsonObject): StoredEvent {
  const { vedette, ...members } = source
  const own = isJsonObject(vedette) ? vedette : {}
  const text = textAt(own, 'source')
  const event: EventSource = own['as_text'] === true ? JSON.parse(text) : members
  return {
    index: textAt(own, 'index'),
    id: textAt(own, 'id'),
    sequence: numberAt(own, 'sequence') ?? 0,
    ingestedMs: numberAt(own, 'ingested_ms') ?? 0,
    source: event,
  }
}

/** The event of a search hit. */
export function eventOfHit(hit: JsonObject): StoredEvent {
  return eventOf(objectAt(hit, '_source'))
}
