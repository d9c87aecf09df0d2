import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { cleanSource } from './clean-source.ts'

test.each<[string, JsonObject, JsonObject]>([
  [
    'reserved members go',
    { kibana: {}, 'kibana.alert.x': 1, signal: 1, 'threshold_result.x': 1 },
    {},
  ],
  [
    'what ECS does not know stays',
    { own: [null, 1], 'a.b': null },
    { own: [null, 1], 'a.b': null },
  ],
  [
    'a scalar in the place of an object goes',
    { agent: 'x', host: { os: 'linux', name: 'h' } },
    { host: { name: 'h' } },
  ],
  [
    'an object in the place of a scalar goes',
    { agent: { name: { x: 1 }, id: 'i' } },
    { agent: { id: 'i' } },
  ],
  [
    'a path through a scalar goes',
    { 'agent.name.conflict': 'x', 'agent.name': 'a' },
    { 'agent.name': 'a' },
  ],
  [
    'elements are judged one by one',
    { source: { ip: ['1.2.3.4', 'nonsense', '::1'] } },
    { source: { ip: ['1.2.3.4', '::1'] } },
  ],
  [
    'dates must be dates',
    { event: { created: 'soon', start: '2024-01-01' } },
    { event: { start: '2024-01-01' } },
  ],
  ['numbers may be texts', { process: { pid: '7', exit_code: 'x' } }, { process: { pid: '7' } }],
  ['a number in a keyword stays', { user: { id: 0 } }, { user: { id: 0 } }],
  ['empty arrays go and take emptied objects with them', { tags: [], host: { ip: [] } }, {}],
  ['an object that came empty stays', { own: {} }, { own: {} }],
  [
    'a place on earth is never judged',
    { host: { geo: { location: 'x' } } },
    { host: { geo: { location: 'x' } } },
  ],
])('%s', (_, source, expected) => {
  expect(cleanSource(source, ecsCatalogue())).toEqual(expected)
})
