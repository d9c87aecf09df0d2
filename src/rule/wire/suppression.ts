import type { JsonObject } from '#base'
import type { AlertSuppression, SuppressionDuration } from '../rule.ts'
import { present } from './present.ts'
import { extrasOf } from './unknown-members.ts'
import type { WireReader } from './wire-reader.ts'

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `alert_suppression`, where it is written. */
export function readSuppression(reader: WireReader): AlertSuppression | undefined {
  const wire = reader.object('alert_suppression')
  if (wire === undefined) return undefined
  wire.requires('group_by')
  const groupBy = wire.texts('group_by', { min: 1, max: 3 }) ?? []
  const duration = readDuration(wire)
  const suppression = {
    groupBy,
    missingFieldsStrategy:
      wire.choice('missing_fields_strategy', ['suppress', 'doNotSuppress']) ??
      ('suppress' as const),
    ...(duration === undefined ? {} : durationOf(duration)),
  }
  const known = ['group_by', 'duration', 'missing_fields_strategy']
  return { ...extrasOf(wire, known), ...suppression }
}

/** `duration: {value, unit}`. */
export function readDuration(reader: WireReader): SuppressionDuration | undefined {
  const wire = reader.object('duration')
  if (wire === undefined) return undefined
  for (const key of ['value', 'unit']) wire.requires(key)
  const value = wire.integer('value', { min: 1 })
  const unit = wire.choice('unit', ['s', 'm', 'h'])
  extrasOf(wire, ['value', 'unit'])
  return value === undefined || unit === undefined ? undefined : { value, unit }
}

/** A duration in milliseconds, and as it is written where we would write it otherwise. */
export function durationOf(duration: SuppressionDuration): {
  readonly durationMs: number
  readonly durationWritten?: SuppressionDuration
} {
  const durationMs = msOf(duration)
  const isOurs = shortest(durationMs).unit === duration.unit
  return isOurs ? { durationMs } : { durationMs, durationWritten: duration }
}

/** The wire form of {@link readSuppression}'s result. */
export function suppressionToWire(
  suppression: AlertSuppression | undefined,
): JsonObject | undefined {
  if (suppression === undefined) return undefined
  const { groupBy, durationMs, durationWritten, missingFieldsStrategy, ...extras } = suppression
  return present({
    ...extras,
    group_by: groupBy,
    duration: durationMs === undefined ? undefined : durationToWire(durationMs, durationWritten),
    missing_fields_strategy: missingFieldsStrategy,
  })
}

/** A duration as it was written, else in the largest unit that holds it. */
export function durationToWire(
  durationMs: number,
  written: SuppressionDuration | undefined,
): JsonObject {
  const asWritten = written !== undefined && msOf(written) === durationMs
  return { ...(asWritten ? written : shortest(durationMs)) }
}

/** Hours are the largest unit that the format has. */
function shortest(durationMs: number): SuppressionDuration {
  for (const unit of ['h', 'm'] as const) {
    if (durationMs % unitMs[unit] === 0) return { value: durationMs / unitMs[unit], unit }
  }
  return { value: Math.ceil(durationMs / unitMs.s), unit: 's' }
}

function msOf({ value, unit }: SuppressionDuration): number {
  return value * unitMs[unit]
}
