import { err, isJsonObject, messageOf, ok, visibleText, type JsonValue, type Result } from '#base'
import { eventTimeOf, parseDataStreamName, valuesOf, type EventSource } from '#event'
import type { BulkRefusal } from './item.ts'
import type { Line } from './lines.ts'

type Problem = Pick<BulkRefusal, 'status' | 'type' | 'reason'>

/**
 * The document of a source line, or why it cannot be kept. Data streams (`logs-nginx-default`) demand
 * one `@timestamp`, as Elasticsearch does; an event for any other index that has none gets the time of
 * its arrival, because an event without a time would be invisible to every rule.
 */
export function parseSource(
  line: Line,
  {
    index,
    nowMs,
    maxLineBytes,
  }: { readonly index: string; readonly nowMs: number; readonly maxLineBytes: number },
): Result<EventSource, Problem> {
  if (line.kind === 'too-large') {
    return err({
      status: 413,
      type: 'content_too_long_exception',
      reason: `line ${line.number} has ${line.bytes} bytes: too large, the limit for one event is ${maxLineBytes}`,
    })
  }
  if (line.kind === 'not-utf8') return err(unparsable(line.number, 'it is not valid UTF-8'))
  const source = jsonOf(line.text)
  if (!source.ok) return err(unparsable(line.number, source.error))
  if (!isJsonObject(source.value)) return err(unparsable(line.number, 'expected a JSON object'))
  return withTimestamp(source.value, { index, nowMs, line: line.number })
}

function jsonOf(text: string): Result<JsonValue, string> {
  try {
    return ok(JSON.parse(text))
  } catch (thrown) {
    return err(visibleText(messageOf(thrown)))
  }
}

function unparsable(line: number, what: string): Problem {
  return {
    status: 400,
    type: 'document_parsing_exception',
    reason: `failed to parse the document on line ${line}: ${what}`,
  }
}

function withTimestamp(
  source: EventSource,
  { index, nowMs, line }: { readonly index: string; readonly nowMs: number; readonly line: number },
): Result<EventSource, Problem> {
  const times = valuesOf(source, '@timestamp')
  if (times.length === 0) {
    if (parseDataStreamName(index) === undefined) {
      return ok({ '@timestamp': new Date(nowMs).toISOString(), ...withoutNullTimestamp(source) })
    }
    return err(unparsable(line, 'data stream timestamp field [@timestamp] is missing'))
  }
  if (times.length > 1) {
    return err(
      unparsable(line, 'data stream timestamp field [@timestamp] encountered multiple values'),
    )
  }
  const time = eventTimeOf(source)
  return time.ok ? ok(source) : err(unparsable(line, visibleText(time.error)))
}

function withoutNullTimestamp(source: EventSource): EventSource {
  const { '@timestamp': empty, ...rest } = source
  return empty === undefined ? source : rest
}

/**
 * The event with `event.ingested` set to `nowMs`. What a sender wrote there does not count: rules that go by
 * the time of arrival could be passed by with a time of the sender's choice.
 */
export function withIngestTime(source: EventSource, nowMs: number): EventSource {
  const ingested = new Date(nowMs).toISOString()
  const bare = withoutIngestTime(source)
  const event = bare['event']
  if (event === undefined) return { ...bare, event: { ingested } }
  if (isJsonObject(event)) return { ...bare, event: { ...event, ingested } }
  return { ...bare, 'event.ingested': ingested }
}

/** The event without any `event.ingested`, however it is written. */
export function withoutIngestTime(source: EventSource): EventSource {
  const { 'event.ingested': _dotted, event, ...rest } = source
  if (event === undefined) return rest
  const others = withoutIngested(event)
  const isEmpty = isJsonObject(others) && Object.keys(others).length === 0
  return isEmpty ? rest : { ...rest, event: others }
}

function withoutIngested(event: JsonValue): JsonValue {
  if (Array.isArray(event)) return event.map(withoutIngested)
  if (!isJsonObject(event)) return event
  const { ingested: _nested, ...others } = event
  return others
}
