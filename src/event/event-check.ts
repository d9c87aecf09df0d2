import { err, isJsonObject, ok, parseDate, type JsonValue, type Result } from '#base'
import { valuesOf, type EventSource } from './document.ts'

/** Deeper documents are refused: no source of events nests so, and every reader would have to fear them. */
export const maxEventDepth = 100

/**
 * The event's time, epoch milliseconds: its first `@timestamp`, an ISO 8601 text (up to nine fraction
 * digits, cut to milliseconds; no zone means UTC) or a number of epoch milliseconds.
 * Any year that a date can hold is taken as it stands, 1960 and 2200 too: clocks are wrong, facts remain.
 * The error is a reason to show to whoever sent the event.
 */
export function eventTimeOf(source: EventSource): Result<number, string> {
  const found = valuesOf(source, '@timestamp')[0]
  if (found === undefined) return err('@timestamp is missing; an event needs the time it happened')
  const ms = typeof found === 'number' ? found : parseDate(String(found))
  if (typeof found === 'boolean' || ms === undefined || !isTime(ms)) {
    const shown = JSON.stringify(typeof found === 'string' ? found.slice(0, 64) : found)
    return err(
      `@timestamp ${shown} is no date; write ISO 8601 (2024-06-15T11:30:00.000Z) or epoch milliseconds`,
    )
  }
  return ok(Math.floor(ms))
}

/** Years -9999 to 9999: what ISO texts with four digits can say, so that every event time can be printed. */
function isTime(ms: number): boolean {
  return ms >= -377_705_116_800_000 && ms <= 253_402_300_799_999
}

/**
 * Why an event cannot be taken in, or undefined where it can: no readable `@timestamp`, or nested deeper
 * than {@link maxEventDepth}. Costs one walk over the document.
 */
export function eventProblem(source: EventSource): string | undefined {
  const time = eventTimeOf(source)
  if (!time.ok) return time.error
  return depthProblem(source)
}

function depthProblem(source: EventSource): string | undefined {
  const stack: { readonly node: JsonValue; readonly depth: number }[] = [{ node: source, depth: 1 }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, depth } = top
    if (depth > maxEventDepth) {
      return `objects and arrays are nested deeper than ${maxEventDepth} levels`
    }
    const members = Array.isArray(node) ? node : isJsonObject(node) ? Object.values(node) : []
    for (const member of members) {
      if (typeof member === 'object' && member !== null)
        stack.push({ node: member, depth: depth + 1 })
    }
  }
  return undefined
}
