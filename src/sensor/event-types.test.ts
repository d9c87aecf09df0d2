import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { forEachLeaf } from '#event'
import { envelope } from './envelope.ts'
import { eventTypes } from './event-types.ts'
import { sensorDocument } from './event-types/sensor/document.ts'
import { sensorEvents } from './event-types/sensor/sensor.ts'
import { startSensor } from './sensor.ts'

test('every folder of event types is listed', () => {
  const folders = readdirSync(new URL('event-types/', import.meta.url))
  expect(eventTypes.map(({ id }) => id).toSorted()).toEqual(folders.toSorted())
})

test('the data stream is that of the data set, and no field is described twice', () => {
  for (const { dataStream, dataset, fields } of eventTypes) {
    expect(dataStream).toBe(`logs-${dataset}-default`)
    const names = fields.map(({ name }) => name)
    expect(names).toHaveLength(new Set(names).size)
  }
})

test('every leaf of a document about the sensor is described', async () => {
  const sensor = await startSensor({
    clock: systemClock,
    logger: silentLogger,
    agent: { id: 'agent-1', version: '1.2.3' },
    sources: [],
    onEvents: () => undefined,
  })
  const health = await sensor.health()
  await sensor.close()
  const counters = {
    produced: 1,
    delivered: 1,
    lost: 0,
    argsUnreadable: 0,
    truncated: 0,
    undecodable: 0,
  }
  const { source } = sensorDocument(
    'events_lost',
    { ...health, mode: 'proc', blindSpots: ['x'], counters, canary: { latencyMs: 1.5, missed: 0 } },
    {
      envelope: envelope({
        agent: { id: 'agent-1', version: '1.2.3' },
        host: () => ({ id: 'host' }),
        wallOffsetNs: () => 0n,
        runStartNs: 1n,
      }),
      bootNs: 1n,
      reason: 'because',
      increase: 1,
    },
  )
  const described = new Set(sensorEvents.fields.map(({ name }) => name))
  const filled = new Set<string>()
  forEachLeaf(source, (field) => filled.add(field))
  expect([...filled].filter((field) => !described.has(field))).toEqual([])
  const own = [...described].filter((field) => field.startsWith('vedette.'))
  expect(own.filter((field) => !filled.has(field))).toEqual([])
})
