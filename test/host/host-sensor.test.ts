import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { type EventDocument, firstValueOf, valuesOf } from '#event'
import { type HostSensor, startHostSensor } from '#sensor'
import { documentCollector } from '../support/document-collector.ts'
import { type PrivateDocker, dockerObstacle, startDocker } from '../support/docker.ts'

const without =
  process.getuid?.() === 0 ? dockerObstacle() : 'watching the host and its containers needs root'
const documents = documentCollector()
let engine: PrivateDocker | undefined
let sensor: HostSensor | undefined
let blind: string | undefined

beforeAll(async () => {
  if (without !== undefined) return
  const started = await startDocker()
  if ('skip' in started) throw new Error(started.skip)
  engine = started
  sensor = await startHostSensor({
    clock: systemClock,
    logger: silentLogger,
    agent: { id: 'test', version: '0.0.0' },
    // The engine is started by this process.
    reportOwn: true,
    onEvents: documents.take,
    engineSockets: [started.socket],
  })
  const { mode, refusals } = await sensor.health()
  if (mode !== 'bpf') blind = refusals.map(({ reason }) => reason).join('; ')
  while (sensor.containers.state()[0]?.kind !== 'reached') await systemClock.sleep(20)
})

beforeEach((context) => {
  context.skip(without !== undefined, without)
  context.skip(blind !== undefined, blind)
})

afterAll(async () => {
  await sensor?.close()
  await engine?.stop()
})

const isExecOf = (mark: string, executable: string) => (document: EventDocument) =>
  firstValueOf(document.source, 'event.action') === 'exec' &&
  valuesOf(document.source, 'process.args').includes(mark) &&
  String(firstValueOf(document.source, 'process.executable')).endsWith(executable)

test('a program in a container has the container’s id, name and image, and entered through it', async () => {
  const outcome = await engine?.docker(
    'run',
    '--rm',
    '--name',
    'told-name',
    engine.image,
    'sh',
    '-c',
    // The engine answers about a container within a moment of its start, not always before it.
    'sleep 0.5; /bin/sh -c "sleep 0.1; true" mark-a',
  )
  expect(outcome).toMatchObject({ code: 0 })
  const { source } = await documents.next(isExecOf('mark-a', '/bin/busybox'))
  expect(firstValueOf(source, 'container.id')).toMatch(/^[0-9a-f]{64}$/)
  expect(firstValueOf(source, 'container.name')).toBe('told-name')
  expect(firstValueOf(source, 'container.image.name')).toBe('vedette/busybox')
  expect(firstValueOf(source, 'container.security_context.privileged')).toBe(false)
  expect(firstValueOf(source, 'process.entry_leader.entry_meta.type')).toBe('container')
  expect(firstValueOf(source, 'user.name')).toBeUndefined()
  expect(valuesOf(source, 'vedette.process.host_namespaces')).toEqual(['user'])
  expect(firstValueOf(source, 'vedette.process.seccomp')).toBe('filter')
})

test('a container’s document and the programs in it name the same container', async () => {
  await engine?.docker('run', '--rm', engine.image, 'sh', '-c', 'true', 'mark-b')
  const exec = await documents.next(isExecOf('mark-b', '/bin/busybox'))
  const id = firstValueOf(exec.source, 'container.id')
  const created = await documents.next(
    ({ index, source }) =>
      index === 'logs-vedette.container-default' && firstValueOf(source, 'container.id') === id,
  )
  expect(firstValueOf(created.source, 'agent.id')).toBe('test')
})
