import { expect, test } from 'vitest'
import { eventKey, parseEngineEvent } from './engine-event.ts'
import { recordedText } from './recorded.fixture.ts'

const lines = recordedText('events.ndjson').trim().split('\n')

test('of a recorded stream, the events of interest are kept in order', () => {
  const events = lines.map(parseEngineEvent).filter((each) => typeof each === 'object')
  expect(events.map(({ deed }) => deed)).toEqual(
    'create start die destroy create create create start die create start exec_create exec_start exec_create exec_start'.split(
      ' ',
    ),
  )
  expect(new Set(events.map(eventKey)).size).toBe(events.length)
})

test('nanoseconds are exact, and the exec and its command are read', () => {
  const line = lines.find((each) => each.includes('"Action":"exec_create'))!
  expect(parseEngineEvent(line)).toEqual({
    deed: 'exec_create',
    containerId: '5ab0ed04b11b7fa9fda2425996d253ae497cc130b15401e358a6b87c494f586d',
    atNs: 1795489756360763559n,
    execId: '923100a17906c01bff5318f9974115021a1f052167ce42bbd07f566997d907e1',
    name: 'long',
    image: 'vedette/busybox:test',
    exitCode: undefined,
    command: '/bin/true',
  })
})

test('a label that is called like the time does not change it', () => {
  const attributes = { timeNano: '7', 'x"timeNano":8': '"timeNano":9' }
  const message = {
    Type: 'container',
    Action: 'create',
    Actor: { ID: 'a', Attributes: attributes },
  }
  const line = `${JSON.stringify(message).slice(0, -1)},"time":5,"timeNano":5000000001}`
  expect(parseEngineEvent(line)).toMatchObject({ atNs: 5_000_000_001n })
})

test('podman’s words for the same things are understood', () => {
  const of = (action: string) =>
    parseEngineEvent(`{"Type":"container","Action":"${action}","Actor":{"ID":"a"},"timeNano":1}`)
  expect(of('died')).toMatchObject({ deed: 'die' })
  expect(of('remove')).toMatchObject({ deed: 'destroy' })
  expect(of('exec')).toMatchObject({ deed: 'exec_start' })
})

test.each([
  '',
  'nonsense',
  '[]',
  '{}',
  'null',
  '{"Type":"container","Action":"create"}',
  '{"Action":7}',
])('the line %j is no event', (line) => {
  expect(parseEngineEvent(line)).toBeUndefined()
})

test('events of other things, and other deeds, are of no interest', () => {
  expect(parseEngineEvent('{"Type":"network","Action":"connect","timeNano":1}')).toBe('other')
  const toString = '{"Type":"container","Action":"toString","Actor":{"ID":"a"},"timeNano":1}'
  expect(parseEngineEvent(toString)).toBe('other')
})
