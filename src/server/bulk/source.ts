import { err, isJsonObject, messageOf, ok, visibleText, type JsonValue, type Result } from '#base'
import { eventTimeOf, parseDataStreamName, valuesOf, type EventSource } from '#event'
import type { BulkRefusal } from './item.ts'
import { decodedLine, type ByteLine } from './lines.ts'

type Problem = Pick<BulkRefusal, 'status' | 'type' | 'reason'>

/**
 * The document of a source line, or why it cannot be kept. Data streams (`logs-nginx-default`) demand
 * one `@timestamp`, as Elasticsearch does; an event for any other index that has none gets the time of
 * its arrival, because an event without a time would be invisible to every rule.
 */
export function parseSource(
  found: ByteLine,
  {
    index,
    nowMs,
    maxLineBytes,
  }: { readonly index: string; readonly nowMs: number; readonly maxLineBytes: number },
): Result<EventSource, Problem> {
  const line = decodedLine(found)
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

/** A document with its one `@timestamp`, or why it cannot be kept; see {@link parseSource}. */
export function withTimestamp(
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
