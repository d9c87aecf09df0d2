import { Fault, manualClock, silentLogger } from '#base'
import { type EventDocument, firstValueOf } from '#event'
import { expect, onTestFinished, test } from 'vitest'
import type { ProcessRecord, RecordListener, SourceCounters } from './record.ts'
import { execRecord, forkRecord } from './sample-records.ts'
import { type SensorOptions, startSensor } from './sensor.ts'
import type { SourceKind } from './sources.ts'

const none: SourceCounters = {
  produced: 0,
  delivered: 0,
  lost: 0,
  argsUnreadable: 0,
  truncated: 0,
  undecodable: 0,
}

/** A source that tells what a test gives it. */
function scripted(mode: 'bpf' | 'audit' | 'proc') {
  let listener: RecordListener = () => undefined
  const script = {
    counters: none,
    opened: 0,
    closed: 0,
    fail: (fault: Error): void => expect.unreachable(fault.message),
    tell: (...records: readonly ProcessRecord[]) => listener(records),
  }
  const kind: SourceKind = {
    mode,
    open(options) {
      script.opened++
      listener = options.listener
      script.fail = options.onFault
      return Promise.resolve({
        mode,
        blindSpots: [`what ${mode} cannot see`],
        counters: () => Promise.resolve(script.counters),
        close: () => {
          script.closed++
          return Promise.resolve()
        },
      })
    },
  }
  return { script, kind }
}

const forbidden: SourceKind = {
  mode: 'bpf',
  open: () => Promise.reject(new Fault('forbidden', 'test.forbidden', 'CAP_BPF is missing')),
}

/** A sensor on a manual clock; its canary comes back unless told otherwise. */
async function sensorWith(options: Partial<SensorOptions> & { sources: readonly SourceKind[] }) {
  const clock = manualClock(0)
  const documents: EventDocument[] = []
  const sensor = await startSensor({
    clock,
    logger: silentLogger,
    agent: { id: 'agent-1', version: '1.2.3' },
    canary: { observe: () => undefined, fly: () => Promise.resolve(7) },
    onEvents: (batch) => void documents.push(...batch),
    ...options,
  })
  let open = true
  const close = async () => {
    if (open) await sensor.close()
    open = false
  }
  onTestFinished(close)
  const actions = () =>
    documents
      .filter(({ index }) => index === 'logs-vedette.sensor-default')
      .map(({ source }) => firstValueOf(source, 'event.action'))
  return { clock, sensor, documents, close, actions }
}

test('the first source that opens and shows the test program is taken, and the others are told with reasons', async () => {
  const blind = scripted('audit')
  const good = scripted('proc')
  const flights = [undefined, 7]
  const { sensor, close, actions } = await sensorWith({
    sources: [forbidden, blind.kind, good.kind],
    canary: { observe: () => undefined, fly: () => Promise.resolve(flights.shift()) },
  })
  expect(await sensor.health()).toMatchObject({
    mode: 'proc',
    blindSpots: ['what proc cannot see'],
    refusals: [
      { mode: 'bpf', reason: 'CAP_BPF is missing' },
      { mode: 'audit', reason: expect.stringContaining('did not show up') },
    ],
    canary: { latencyMs: 7, missed: 0 },
  })
  expect(blind.script.closed).toBe(1)
  await close()
  expect(good.script.closed).toBe(1)
  expect(actions()).toEqual(['sensor_started', 'sensor_stopped'])
})

test('a wanted mode is not replaced by another', async () => {
  const good = scripted('proc')
  const { sensor } = await sensorWith({ mode: 'bpf', sources: [forbidden, good.kind] })
  expect(await sensor.health()).toMatchObject({ mode: 'none' })
  expect(good.script.opened).toBe(0)
})

test('without any right the sensor says so, and what would give them', async () => {
  const { sensor, documents, close, actions } = await sensorWith({ sources: [forbidden] })
  expect(await sensor.health()).toMatchObject({
    mode: 'none',
    refusals: [{ mode: 'bpf', reason: 'CAP_BPF is missing' }],
    remedy: process.getuid?.() === 0 ? undefined : 'sudo npm start',
    counters: undefined,
  })
  await close()
  expect(actions()).toEqual(['sensor_unavailable', 'sensor_stopped'])
  expect(documents[0] && firstValueOf(documents[0].source, 'vedette.sensor.reason')).toBe(
    'bpf: CAP_BPF is missing',
  )
})

test('records become documents of the process data stream', async () => {
  const { script, kind } = scripted('bpf')
  const { documents, close } = await sensorWith({ sources: [kind] })
  script.tell(execRecord({ pid: 4_000_001, ppid: 1 }))
  await close()
  const found = documents.find(({ source }) => firstValueOf(source, 'process.pid') === 4_000_001)
  expect(found?.index).toBe('logs-endpoint.events.process-default')
  expect(found && firstValueOf(found.source, 'vedette.sensor.mode')).toBe('bpf')
})

test('processes that run already are told when the sensor starts', async () => {
  const { documents, close } = await sensorWith({
    sources: [scripted('bpf').kind],
    reportOwn: true,
  })
  await close()
  const own = documents.find(({ source }) => firstValueOf(source, 'process.pid') === process.pid)
  expect(own && firstValueOf(own.source, 'event.action')).toBe('already_running')
})

test('losses are told within a second, with how many', async () => {
  const { script, kind } = scripted('bpf')
  const { clock, documents, actions } = await sensorWith({ sources: [kind] })
  script.counters = { ...none, produced: 5, lost: 5 }
  await clock.advanceTo(1000)
  await clock.advanceTo(3000)
  expect(actions()).toEqual(['sensor_started', 'events_lost'])
  const lost = documents.at(-1)?.source ?? {}
  expect(firstValueOf(lost, 'vedette.sensor.lost.source')).toBe(5)
  expect(firstValueOf(lost, 'vedette.sensor.lost.increase')).toBe(5)
})

test('a receiver that is too slow makes losses that are counted by kind', async () => {
  const { script, kind } = scripted('bpf')
  let release = () => undefined as void
  const held = new Promise<void>((resolve) => (release = resolve))
  const { sensor } = await sensorWith({ sources: [kind], maxQueued: 1, onEvents: () => held })
  script.tell(execRecord({ pid: 4_000_001 }), forkRecord({ pid: 4_000_002 }))
  const { queue } = await sensor.health()
  expect(queue.dropped).toMatchObject({ exec: 1, fork: 1, end: 0 })
  release()
})

test('a heartbeat is told every minute, after a test program', async () => {
  const flights = [7, 9]
  const { clock, sensor, actions } = await sensorWith({
    sources: [scripted('bpf').kind],
    canary: { observe: () => undefined, fly: () => Promise.resolve(flights.shift()) },
  })
  await clock.advanceTo(59_500)
  expect(actions()).toEqual(['sensor_started'])
  await clock.advanceTo(60_500)
  expect(actions()).toEqual(['sensor_started', 'heartbeat'])
  expect((await sensor.health()).canary).toEqual({ latencyMs: 9, missed: 0 })
})

test('a source whose test programs stop coming back is replaced', async () => {
  const first = scripted('bpf')
  const second = scripted('audit')
  const flights = [7, undefined, undefined, undefined, 7]
  const { clock, sensor, close, actions } = await sensorWith({
    sources: [first.kind, second.kind],
    canary: { observe: () => undefined, fly: () => Promise.resolve(flights.shift()) },
  })
  await clock.advanceTo(120_500)
  expect(await sensor.health()).toMatchObject({ mode: 'audit', canary: { missed: 2 } })
  await close()
  expect(actions()).toEqual([
    'sensor_started',
    'canary_missed',
    'heartbeat',
    'canary_missed',
    'heartbeat',
    'sensor_fault',
    'sensor_started',
    'sensor_stopped',
  ])
})

test('a source that breaks is opened again, and its counts are kept', async () => {
  const { script, kind } = scripted('bpf')
  const { clock, sensor, close, actions } = await sensorWith({ sources: [kind] })
  script.counters = { ...none, produced: 10, delivered: 10 }
  script.fail(new Error('the ring is gone'))
  await clock.advanceTo(10_500)
  expect(script).toMatchObject({ opened: 2, closed: 1 })
  expect((await sensor.health()).counters).toMatchObject({ produced: 20 })
  await close()
  expect(actions()).toEqual(['sensor_started', 'sensor_fault', 'sensor_started', 'sensor_stopped'])
})

test('the sensor’s own programs are counted, not told, and observers see them all the same', async () => {
  const { script, kind } = scripted('bpf')
  const observed: number[] = []
  const { sensor, documents, close } = await sensorWith({
    sources: [kind],
    onExec: ({ record }) => observed.push(record.pid),
  })
  const { ownEvents: before } = await sensor.health()
  script.tell(execRecord({ pid: 4_000_001, ppid: process.pid }))
  const { ownEvents } = await sensor.health()
  expect(ownEvents - before).toBe(1)
  expect(observed).toEqual([4_000_001])
  await close()
  expect(documents.some(({ source }) => firstValueOf(source, 'process.pid') === 4_000_001)).toBe(
    false,
  )
})

test('an observer that throws costs one event, which is counted and told', async () => {
  const { script, kind } = scripted('bpf')
  const { clock, documents, actions } = await sensorWith({
    sources: [kind],
    onExec: ({ record }) => {
      if (record.pid === 4_000_001) throw new Error('a bug')
    },
  })
  script.tell(execRecord({ pid: 4_000_001 }), execRecord({ pid: 4_000_002 }))
  await clock.advanceTo(1000)
  const pids = documents.map(({ source }) => firstValueOf(source, 'process.pid'))
  expect(pids).toContain(4_000_002)
  expect(pids).not.toContain(4_000_001)
  expect(actions()).toContain('events_lost')
})

test('a source that was refused and complains later does not disturb the one in use', async () => {
  const blind = scripted('bpf')
  const good = scripted('proc')
  const flights = [undefined, 7]
  const { clock, actions } = await sensorWith({
    sources: [blind.kind, good.kind],
    canary: { observe: () => undefined, fly: () => Promise.resolve(flights.shift()) },
  })
  blind.script.fail(new Error('late'))
  await clock.advanceTo(20_500)
  expect(actions()).toEqual(['sensor_started'])
})
