import type { JsonObject } from '#base'
import type { Threshold, ThresholdSuppression } from '../rule.ts'
import { present } from './present.ts'
import { durationToWire, durationOf, readDuration } from './suppression.ts'
import { extrasOf } from './unknown-members.ts'
import type { WireReader } from './wire-reader.ts'

/** `threshold`: what is counted, and how much of it is too much. */
export function readThreshold(reader: WireReader): Threshold {
  const wire = reader.requires('threshold') ? reader.object('threshold') : undefined
  if (wire === undefined) return { field: [], value: 1 }
  for (const key of ['field', 'value']) wire.requires(key)
  const known = {
    ...readFields(wire),
    value: wire.integer('value', { min: 1 }) ?? 1,
    ...present({ cardinality: wire.objects('cardinality')?.map(readCardinality) }),
  }
  return { ...extrasOf(wire, ['field', 'value', 'cardinality']), ...known }
}

/** One field may be said without a list, and none as the empty text. */
function readFields(wire: WireReader): Pick<Threshold, 'field' | 'fieldAsText'> {
  if (typeof wire.json('field') !== 'string') return { field: wire.texts('field') ?? [] }
  const field = wire.text('field') ?? ''
  return { field: field === '' ? [] : [field], fieldAsText: true }
}

function readCardinality(wire: WireReader): { readonly field: string; readonly value: number } {
  for (const key of ['field', 'value']) wire.requires(key)
  const known = {
    field: wire.text('field', { filled: true }) ?? '',
    value: wire.integer('value', { min: 0 }) ?? 0,
  }
  return { ...extrasOf(wire, ['field', 'value']), ...known }
}

/** `alert_suppression` of a threshold rule, where it is written. */
export function readThresholdSuppression(reader: WireReader): ThresholdSuppression | undefined {
  const wire = reader.object('alert_suppression')
  if (wire === undefined) return undefined
  wire.requires('duration')
  const duration = readDuration(wire)
  const extras = extrasOf(wire, ['duration'])
  return duration === undefined ? undefined : { ...extras, ...durationOf(duration) }
}

/** The wire form of {@link readThreshold}'s result. */
export function thresholdToWire({ field, fieldAsText, ...rest }: Threshold): JsonObject {
  const isText = fieldAsText === true && field.length < 2
  return present({ ...rest, field: isText ? (field[0] ?? '') : field })
}

/** The wire form of {@link readThresholdSuppression}'s result. */
export function thresholdSuppressionToWire(
  suppression: ThresholdSuppression | undefined,
): JsonObject | undefined {
  if (suppression === undefined) return undefined
  const { durationMs, durationWritten, ...extras } = suppression
  return { ...extras, duration: durationToWire(durationMs, durationWritten) }
}
