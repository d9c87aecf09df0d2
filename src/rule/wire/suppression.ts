import type { AlertSuppression } from '../rule.ts'
import { present } from './present.ts'
import { extrasOf } from './unknown-members.ts'
import type { WireReader } from './wire-reader.ts'

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `alert_suppression`, where it is written. */
export function readSuppression(reader: WireReader): AlertSuppression | undefined {
  const wire = reader.object('alert_suppression')
  if (wire === undefined) return undefined
  wire.requires('group_by')
  const suppression = {
    groupBy: wire.texts('group_by', { min: 1, max: 3 }) ?? [],
    missingFieldsStrategy:
      wire.choice('missing_fields_strategy', ['suppress', 'doNotSuppress']) ??
      ('suppress' as const),
    ...present({ durationMs: readDurationMs(wire) }),
  }
  const known = ['group_by', 'duration', 'missing_fields_strategy']
  return { ...extrasOf(wire, known), ...suppression }
}

/** `duration: {value, unit}` in milliseconds. */
export function readDurationMs(reader: WireReader): number | undefined {
  const wire = reader.object('duration')
  if (wire === undefined) return undefined
  for (const key of ['value', 'unit']) wire.requires(key)
  const value = wire.integer('value', { min: 1 })
  const unit = wire.choice('unit', ['s', 'm', 'h'])
  extrasOf(wire, ['value', 'unit'])
  return value === undefined || unit === undefined ? undefined : value * unitMs[unit]
}
