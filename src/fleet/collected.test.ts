import { expect, test } from 'vitest'
import type { EventDocument } from '#event'
import { eventTypes } from '#sensor'
import { collectables, type CollectableId } from './collectable.ts'
import { collectedBy } from './collected.ts'

const event = (
  dataset: string,
  action: string,
  more: EventDocument['source'] = {},
): EventDocument => ({
  id: 'e',
  index: `logs-${dataset}-default`,
  source: { data_stream: { dataset }, event: { action }, ...more },
})
const processEvent = (action: string, process = {}) =>
  event('endpoint.events.process', action, { process })

test.each<[CollectableId, EventDocument]>([
  ['process.exec', processEvent('exec')],
  ['process.fork', processEvent('fork')],
  ['process.end', processEvent('end')],
  ['process.already_running', processEvent('already_running')],
  ['container', event('vedette.container', 'container-started')],
])('%s is sent by the policies that name it, and by no other', (id, document) => {
  const others = collectables.map((each) => each.id).filter((other) => other !== id)
  expect(collectedBy({ collects: [id], sessions: 'all' })(document)).toBe(true)
  expect(collectedBy({ collects: others, sessions: 'all' })(document)).toBe(false)
})

test('what the sensor tells of itself is sent by every policy', () => {
  const heartbeat = event('vedette.sensor', 'heartbeat')
  expect(collectedBy({ collects: [], sessions: 'interactive' })(heartbeat)).toBe(true)
})

test('interactive sessions are those that began on a terminal; containers have none and are sent', () => {
  const isCollected = collectedBy({
    collects: ['process.exec', 'container'],
    sessions: 'interactive',
  })
  expect([
    isCollected(processEvent('exec', { interactive: true })),
    isCollected(processEvent('exec', { interactive: false, entry_leader: { interactive: true } })),
    isCollected(processEvent('exec', { interactive: false, entry_leader: { interactive: false } })),
    isCollected(processEvent('exec')),
    isCollected(event('vedette.container', 'container-started')),
  ]).toEqual([true, true, false, false, true])
})

test('whatever the sensor tells can be switched, but for what it tells of itself', () => {
  const switched = new Set(collectables.map(({ dataset }) => dataset))
  const told = eventTypes
    .map(({ dataset }) => dataset)
    .filter((dataset) => dataset !== 'vedette.sensor')
  expect(switched).toEqual(new Set(told))
})
