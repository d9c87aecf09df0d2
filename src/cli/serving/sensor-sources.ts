import type { WireSensor } from '#api'
import type { DataSource } from '#detect'
import { eventTypes } from '#sensor'

/** The sensor as a source of what rules read, where it brings nothing or not all. */
export function sensorSources({
  mode,
  reason,
  remedy,
  blind_spots: blind,
}: WireSensor): readonly DataSource[] {
  if (mode === 'bpf') return []
  const isOff = mode === 'off' || mode === 'none'
  const problem = isOff ? `it is off: ${reason ?? 'not wanted'}` : blind.join('; ')
  if (problem === '') return []
  return [
    {
      title: 'the sensor of this host',
      indices: eventTypes.map(({ dataStream }) => dataStream),
      problem,
      isSilent: isOff,
      ...(remedy !== undefined && { help: remedy }),
    },
  ]
}
