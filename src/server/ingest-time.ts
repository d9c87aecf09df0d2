import { isJsonObject, type JsonValue } from '#base'
import type { EventSource } from '#event'

/**
 * The event with `event.ingested` set to `nowMs`. What a sender wrote there does not count: rules that go by
 * the time of arrival could be passed by with a time of the sender's choice.
 */
export function withIngestTime(source: EventSource, nowMs: number): EventSource {
  const ingested = new Date(nowMs).toISOString()
  const bare = withoutIngestTime(source)
  const event = bare['event']
  if (event === undefined) return { event: { ingested }, ...bare }
  if (isJsonObject(event)) return { ...bare, event: { ingested, ...event } }
  return { 'event.ingested': ingested, ...bare }
}

/** The event without any `event.ingested`, however it is written. */
export function withoutIngestTime(source: EventSource): EventSource {
  const { 'event.ingested': _dotted, ...rest } = source
  if (rest['event'] === undefined) return rest
  const others = withoutIngested(rest['event'])
  const isEmpty = isJsonObject(others) && Object.keys(others).length === 0
  if (!isEmpty) return { ...rest, event: others }
  const { event: _empty, ...bare } = rest
  return bare
}

function withoutIngested(event: JsonValue): JsonValue {
  if (Array.isArray(event)) return event.map(withoutIngested)
  if (!isJsonObject(event)) return event
  const { ingested: _nested, ...others } = event
  return others
}
