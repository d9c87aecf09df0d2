import { expect, test } from 'vitest'
import { manualClock, silentLogger } from '#base'
import { memoryStore } from '#store'
import { keepRetention } from './retention.ts'

test('events that are too old go within an hour, also where nothing new comes in', async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1))
  const { events } = memoryStore({ clock })
  await events.append([{ index: 'x', source: { '@timestamp': '2026-01-01T00:00:00Z' } }])
  const stop = keepRetention(events, {
    retention: { maxAgeMs: 1_800_000 },
    clock,
    logger: silentLogger,
  })
  await clock.advanceTo(clock.nowMs() + 3_600_000)
  await expect.poll(async () => (await events.facts()).events).toBe(0)
  await stop()
})
