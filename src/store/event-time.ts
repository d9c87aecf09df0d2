import {
  knownPathOf,
  someValue,
  type EventDocument,
  type EventSource,
  type FieldValue,
} from '#event'
import type { TimeFields, TimeRange } from './event-store.ts'
import { parseInstant } from './iso-instant.ts'

/**
 * Every readable date of a field, epoch milliseconds, in document order: ISO 8601 texts, texts of
 * digits, and numbers. What cannot be read as a date is left out.
 */
export function timesOf(source: EventSource, field: string): readonly number[] {
  const times: number[] = []
  someValue(source, knownPathOf(field), (value) => {
    const ms = timeOf(value)
    if (ms !== undefined) times.push(ms)
    return false
  })
  return times
}

/** {@link timesOf} of an event, which is not parsed for a field whose value is known. */
export function timesOfEvent(event: EventDocument, field: string): readonly number[] {
  const known = event.written?.known[field]
  if (known === undefined) return timesOf(event.source, field)
  const ms = timeOf(known)
  return ms === undefined ? [] : [ms]
}

function timeOf(value: FieldValue): number | undefined {
  const ms = typeof value === 'string' ? parseInstant(value) : value
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.trunc(ms) : undefined
}

/**
 * The times at which an event stands: those of the primary field, or, where it has no readable one,
 * those of the secondary. Empty where it stands nowhere in time.
 */
export function eventTimesOf(source: EventSource, fields: TimeFields): readonly number[] {
  const times = timesOf(source, fields.primary)
  if (times.length > 0 || fields.secondary === undefined) return times
  return timesOf(source, fields.secondary)
}

/** Whether any of an event's times is in the range, both ends in. */
export function isWithin(times: readonly number[], range: TimeRange): boolean {
  return times.some((ms) => ms >= range.fromMs && ms <= range.toMs)
}

/** The one time by which an event is sorted: its earliest when ascending, its latest when descending. */
export function sortTimeOf(times: readonly number[], order: 'asc' | 'desc'): number {
  // Not spread into a call: one hostile event may have a million times.
  if (order === 'asc') return times.reduce((a, b) => Math.min(a, b), Infinity)
  return times.reduce((a, b) => Math.max(a, b), -Infinity)
}
