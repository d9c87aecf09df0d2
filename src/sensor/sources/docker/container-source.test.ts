import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { silentLogger, systemClock, type JsonObject, type JsonValue } from '#base'
import { firstValueOf, valuesOf } from '#event'
import { documentCollector } from '../../../../test/support/document-collector.ts'
import { engineServer, type EngineServer } from './engine-server.fixture.ts'
import { execRecord } from './exec-record.fixture.ts'
import { openContainerSource } from './container-source.ts'
import { recorded, recordedText } from './recorded.fixture.ts'

const id = 'ab'.repeat(32)
const execId = 'cd'.repeat(32)
const privileged = 'container.security_context.privileged'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function engine(): Promise<EngineServer> {
  const server = await engineServer()
  closers.push(() => server.close())
  return server
}

async function source(...sockets: readonly string[]) {
  const told = documentCollector()
  const opened = await openContainerSource({
    clock: systemClock,
    logger: silentLogger,
    hostFacts: { hostname: 'h' },
    emit: told.take,
    sockets,
    wallNsOf: (bootNs) => bootNs + 1_700_000_000_000_000_000n,
  })
  closers.push(() => opened.close())
  const action = (name: string) =>
    told.next((each) => firstValueOf(each.source, 'event.action') === name)
  return { told, opened, action }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await systemClock.sleep(5)
}

let tick = BigInt(systemClock.nowMs()) * 1_000_000n
function line(action: string, attributes: JsonObject = {}): string {
  tick += 1_000_000n
  const actor = { ID: id, Attributes: { name: 'web', image: 'nginx:1', ...attributes } }
  const message = JSON.stringify({ Type: 'container', Action: action, Actor: actor })
  return `${message.slice(0, -1)},"timeNano":${tick}}`
}

async function reachedSource(server: EngineServer) {
  const opened = await source(server.socket)
  await until(() => opened.opened.state()[0]?.kind === 'reached')
  return opened
}

const inspected = (name: string): JsonValue => recorded(`inspect-${name}.json`)

test('a created container is inspected and told in the agreed shape', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('privileged'))
  await server.listen()
  const { action } = await reachedSource(server)
  server.send(line('create'))
  const document = await action('container-created')
  expect(document.index).toBe('logs-vedette.container-default')
  expect(document.source).toMatchObject({
    event: {
      id: document.id,
      kind: 'event',
      category: ['configuration'],
      type: ['creation'],
      module: 'vedette',
      dataset: 'vedette.container',
    },
    host: { hostname: 'h' },
    container: {
      id,
      name: 'priv1',
      runtime: 'docker',
      image: { name: 'vedette/busybox', tag: ['test'] },
      security_context: { privileged: true },
    },
    vedette: { container: { source: 'engine', devices_all: true, seccomp: 'unconfined' } },
  })
  const at = String(firstValueOf(document.source, '@timestamp'))
  expect(at).toMatch(/\.\d{9}Z$/)
  expect(Date.parse(at)).toBe(Number(tick / 1_000_000n))
})

test('every request is a GET', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  await server.listen()
  const { action } = await reachedSource(server)
  server.send(line('create'))
  await action('container-created')
  expect(server.asked.length).toBeGreaterThan(3)
  expect(server.asked.filter((each) => !each.startsWith('GET '))).toEqual([])
})

test('a container that is gone before it is looked at is told as vanished', async () => {
  const server = await engine()
  await server.listen()
  const { action, opened } = await reachedSource(server)
  server.send(line('create'))
  const document = await action('container-vanished')
  expect(document.source).toMatchObject({
    container: { id, name: 'web', image: { name: 'nginx', tag: ['1'] } },
    error: { message: 'the container was gone before it could be inspected' },
  })
  expect(firstValueOf(document.source, privileged)).toBeUndefined()
  expect(opened.counters()).toMatchObject({ vanished: 1, engineEvents: 1, documents: 1 })
})

test('a container that was looked at and is gone at its start keeps what was seen', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('privileged'))
  await server.listen()
  const { action } = await reachedSource(server)
  server.send(line('create'))
  await action('container-created')
  server.answers.delete(`/containers/${id}/json`)
  server.send(line('start'))
  expect(firstValueOf((await action('container-started')).source, privileged)).toBe(true)
})

test('an engine that does not answer a question is told with the reason, and without a verdict', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, {
    status: 500,
    body: { message: 'database locked' },
  })
  await server.listen()
  const { action, opened } = await reachedSource(server)
  server.send(line('create'))
  const { source: document } = await action('container-created')
  expect(String(firstValueOf(document, 'error.message'))).toContain('database locked')
  expect(firstValueOf(document, privileged)).toBeUndefined()
  expect(opened.counters().inspectFailed).toBe(1)
})

test('an exec with all privileges is told from the engine’s own word', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  server.answers.set(`/exec/${execId}/json`, {
    ProcessConfig: { entrypoint: 'sh', arguments: ['-c', 'id'], privileged: true },
  })
  await server.listen()
  const { action } = await reachedSource(server)
  server.send(line('exec_create: sh -c id', { execID: execId }))
  expect((await action('container-exec')).source).toMatchObject({
    event: { type: ['creation'] },
    container: { security_context: { privileged: false } },
    vedette: {
      container: { exec_id: execId, exec_privileged: true, command: ['sh', '-c', 'id'] },
    },
  })
})

test('an exec that is gone is told as vanished, with its command', async () => {
  const server = await engine()
  await server.listen()
  const { action } = await reachedSource(server)
  server.send(line('exec_start: sh -c id', { execID: execId }))
  expect((await action('container-vanished')).source).toMatchObject({
    vedette: { container: { exec_id: execId, command: ['sh -c id'] } },
  })
})

test('a stopped container is told with its exit code', async () => {
  const server = await engine()
  await server.listen()
  const { action } = await reachedSource(server)
  server.send(line('die', { exitCode: '137' }))
  expect((await action('container-stopped')).source).toMatchObject({
    container: { name: 'web' },
    vedette: { container: { exit_code: 137 } },
  })
})

test('events that an engine keeps while nobody listens are caught up with, each once', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  await server.listen()
  const { action, opened, told } = await reachedSource(server)
  const first = line('create')
  server.kept.push({ line: first, atNs: tick })
  server.send(first)
  await action('container-created')
  await server.halt()
  const missed = line('start')
  server.kept.push({ line: missed, atNs: tick })
  await server.listen()
  await action('container-started')
  expect(opened.counters()).toMatchObject({ connections: 2, repeated: 1, engineEvents: 2 })
  expect(told.all()).toHaveLength(2)
})

test('a container that a restarted engine has no event of is found in its list', async () => {
  const server = await engine()
  await server.listen()
  const { action, opened } = await reachedSource(server)
  await server.halt()
  const created = new Date(systemClock.nowMs()).toISOString()
  const listed = {
    Id: id,
    Names: ['/web'],
    Image: 'nginx:1',
    Created: Math.floor(Date.parse(created) / 1000),
  }
  server.answers.set('/containers/json', [listed])
  server.answers.set(`/containers/${id}/json`, {
    Id: id,
    Created: created,
    Name: '/web',
    HostConfig: { Privileged: true },
  })
  await server.listen()
  expect((await action('container-created')).source).toMatchObject({
    container: { id, security_context: { privileged: true } },
    vedette: { container: { caught_up: true } },
  })
  expect(opened.counters().caughtUp).toBe(1)
})

test('containers that are there already are learnt without being told', async () => {
  const server = await engine()
  const listed = {
    Id: id,
    Names: ['/db'],
    Image: 'postgres:16',
    Created: 1_700_000_000,
    State: 'running',
    Labels: { a: 'b' },
  }
  server.answers.set('/containers/json', [listed])
  server.answers.set(`/containers/${id}/json`, inspected('privileged'))
  await server.listen()
  const { opened, told } = await reachedSource(server)
  await until(() => opened.facts(id)?.privileged === true)
  expect(opened.facts(id)).toMatchObject({ name: 'priv1', imageName: 'vedette/busybox' })
  expect(told.all()).toEqual([])
})

test('a container that is not known yet is asked for', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  await server.listen()
  const { opened } = await reachedSource(server)
  expect(opened.facts(id)).toBeUndefined()
  await until(() => opened.facts(id)?.name === 'long')
  expect(opened.facts('not an id')).toBeUndefined()
})

test('an engine that is not there is normal, told plainly, and followed once it is started', async () => {
  const server = await engine()
  const { opened } = await source(server.socket)
  await until(() => opened.state()[0]?.kind === 'absent')
  await until(() => JSON.stringify(opened.state()).includes('there is no container engine at'))
  await server.listen()
  await until(() => opened.state()[0]?.kind === 'reached')
  expect(opened.state()).toEqual([
    { kind: 'reached', socket: server.socket, engine: 'docker', version: '20.10.24+dfsg1' },
  ])
})

test('two paths to one engine are followed once', async () => {
  const server = await engine()
  await server.listen()
  const link = `${server.socket}.link`
  await symlink(server.socket, link)
  const { opened } = await source(server.socket, link)
  await until(() => opened.state().every(({ kind }) => kind !== 'absent'))
  const kinds = opened.state().map(({ kind }) => kind)
  expect(kinds.toSorted()).toEqual(['reached', 'same'])
})

test('something else that listens at the socket does no harm', async () => {
  const server = await engine()
  server.answers.set('/version', { status: 400, body: 'who are you?' })
  await server.listen()
  const { opened } = await source(server.socket)
  await until(() => opened.state()[0]?.kind === 'failing')
  expect(JSON.stringify(opened.state())).toContain('the engine answered 400')
})

test('lines that are no events are counted, and the next one is read', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  await server.listen()
  const { action, opened } = await reachedSource(server)
  server.send('{"broken')
  server.send(`{"long":"${'x'.repeat(3_000_000)}"}`)
  server.send(line('create'))
  await action('container-created')
  expect(opened.counters()).toMatchObject({ undecodable: 2, engineEvents: 1 })
})

async function bundle(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-bundle-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'config.json'), recordedText(name))
  return folder
}

const createArgs = (folder: string) => ['runc', '--root', '/r', 'create', '--bundle', folder, id]

test('a runtime that is told to create a container is looked at by its bundle', async () => {
  const { action, opened } = await source()
  const folder = await bundle('oci-privileged.json')
  opened.observeExec(execRecord({ args: createArgs(folder) }))
  expect((await action('container-created')).source).toMatchObject({
    '@timestamp': '2023-11-14T22:13:25.001000000Z',
    event: { type: ['creation'] },
    container: { id, security_context: { privileged: true } },
    user: { id: '0' },
    process: { pid: 4_242, name: 'runc', args: createArgs(folder), parent: { pid: 4_000 } },
    vedette: {
      container: {
        source: 'oci',
        oci_runtime: 'runc',
        bundle: folder,
        command: ['/bin/true'],
        all_capabilities: true,
        seccomp: 'none',
        masked_paths: false,
      },
    },
  })
  expect(opened.facts(id)).toMatchObject({ privileged: true })
})

test('a runtime behind a wrapper in the same process is told once', async () => {
  const { opened, told } = await source()
  const folder = await bundle('oci-ordinary.json')
  opened.observeExec(execRecord({ executable: '/bin/dash', args: ['sh', ...createArgs(folder)] }))
  await until(() => told.all().length === 1)
  opened.observeExec(execRecord({ args: createArgs(folder) }))
  await until(() => opened.counters().repeated === 1)
  opened.observeExec(execRecord({ pid: 9, ppid: 8, args: createArgs(folder) }))
  await until(() => told.all().length === 2)
  expect(opened.counters()).toMatchObject({ repeated: 1, ociRead: 3, documents: 2 })
})

test('once one source says privileged, the other does not contradict it', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  await server.listen()
  const { action, opened, told } = await reachedSource(server)
  opened.observeExec(execRecord({ args: createArgs(await bundle('oci-privileged.json')) }))
  await action('container-created')
  server.send(line('start'))
  await action('container-started')
  expect(told.all().flatMap((each) => valuesOf(each.source, privileged))).toEqual([true, true])
})

test('an exec into a container is looked at by its process file', async () => {
  const { action, opened } = await source()
  const folder = await bundle('oci-exec-privileged.json')
  const args = ['runc', 'exec', '--process', `${folder}/config.json`, '--detach', id]
  opened.observeExec(execRecord({ args }))
  const { source: document } = await action('container-exec')
  expect(document).toMatchObject({
    event: { type: ['start'] },
    vedette: { container: { exec_privileged: true, command: ['/bin/true'] } },
  })
  expect(valuesOf(document, 'vedette.container.capabilities')).toHaveLength(38)
})

test('nobody but root can change what is known of an engine’s container', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  await server.listen()
  const { told, action, opened } = await reachedSource(server)
  server.send(line('create'))
  await action('container-created')
  const credentials = { uid: 1_000, euid: 1_000, suid: 1_000, gid: 1_000, egid: 1_000, sgid: 1_000 }
  const args = createArgs(await bundle('oci-privileged.json'))
  opened.observeExec(execRecord({ executable: '/tmp/runc', args, credentials }))
  const forged = await told.next((each) => firstValueOf(each.source, 'user.id') === '1000')
  expect(firstValueOf(forged.source, privileged)).toBe(true)
  expect(firstValueOf(forged.source, 'container.name')).toBeUndefined()
  expect(opened.facts(id)).toMatchObject({ name: 'long', privileged: false })
})

test('an exec is asked for once, though it is created and started', async () => {
  const server = await engine()
  server.answers.set(`/containers/${id}/json`, inspected('ordinary'))
  server.answers.set(`/exec/${execId}/json`, { ProcessConfig: { privileged: true } })
  await server.listen()
  const { told } = await reachedSource(server)
  server.send(line('exec_create: sh', { execID: execId }))
  server.send(line('exec_start: sh', { execID: execId }))
  await until(() => told.all().length === 2)
  expect(server.asked.filter((each) => each.includes('/exec/'))).toHaveLength(1)
})

test('a bundle that is gone is told as vanished', async () => {
  const { action, opened } = await source()
  opened.observeExec(execRecord({ args: createArgs('/nowhere/at/all') }))
  const { source: document } = await action('container-vanished')
  expect(document).toMatchObject({ container: { id }, vedette: { container: { source: 'oci' } } })
  expect(String(firstValueOf(document, 'error.message'))).toContain('/nowhere/at/all/config.json')
  expect(opened.counters()).toMatchObject({ ociUnreadable: 1, runtimeStarts: 1 })
})

test('a program of another kind with such arguments is left alone', async () => {
  const { opened, told } = await source()
  const folder = await bundle('oci-exec.json')
  opened.observeExec(
    execRecord({
      executable: '/usr/bin/ruby',
      filename: 'ruby',
      args: ['ruby', 'run', '-b', folder, 'x'],
    }),
  )
  opened.observeExec(
    execRecord({
      executable: '/bin/x',
      filename: 'x',
      args: ['x', 'exec', '-p', '/dev/zero', 'y'],
    }),
  )
  opened.observeExec(execRecord({ args: createArgs(await bundle('oci-ordinary.json')) }))
  await until(() => told.all().length > 0)
  await opened.close()
  expect(told.all()).toHaveLength(1)
})

test('a storm of runtimes is bounded, and what is not read is told and counted', async () => {
  const { opened, told } = await source()
  const folder = await bundle('oci-ordinary.json')
  for (let n = 0; n < 400; n++) {
    const args = ['runc', 'create', '--bundle', folder, `c${n}`]
    opened.observeExec(execRecord({ pid: 10_000 + n, args }))
  }
  await opened.close()
  expect(told.all()).toHaveLength(400)
  expect(opened.counters()).toMatchObject({ runtimeStarts: 400, ociRead: 256, ociSkipped: 144 })
})
