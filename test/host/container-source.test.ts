import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { messageOf, silentLogger, systemClock } from '#base'
import { firstValueOf, valuesOf, type EventDocument, type FieldValue } from '#event'
import { openBpfSource } from '../../src/sensor/sources/bpf/index.ts'
import { openContainerSource, type ContainerSource } from '../../src/sensor/sources/docker/index.ts'
import { dockerObstacle, run, startDocker, type PrivateDocker } from '../support/docker.ts'
import { documentCollector } from '../support/document-collector.ts'

const without = dockerObstacle()
let engine: PrivateDocker | undefined
let source: ContainerSource | undefined
let closeRecords = async () => {}
let recordsObstacle: string | undefined
const told = documentCollector()

beforeAll(async () => {
  if (without !== undefined) return
  const started = await startDocker()
  if ('skip' in started) throw new Error(started.skip)
  engine = started
  source = await openContainerSource({
    clock: systemClock,
    logger: silentLogger,
    hostFacts: { hostname: 'test' },
    emit: told.take,
    sockets: [started.socket],
  })
  try {
    const records = await openBpfSource({
      listener: (batch) => {
        for (const record of batch) if (record.kind === 'exec') source?.observeExec(record)
      },
    })
    closeRecords = () => records.close()
  } catch (thrown) {
    recordsObstacle = messageOf(thrown)
  }
  await reached()
})

beforeEach((context) => {
  if (without !== undefined) context.skip(without)
})

afterAll(async () => {
  await closeRecords()
  await source?.close()
  await engine?.stop()
})

function docker(): PrivateDocker {
  if (engine === undefined) throw new Error('no engine was started')
  return engine
}

async function reached(): Promise<void> {
  while (source?.state()[0]?.kind !== 'reached') await systemClock.sleep(20)
}

let names = 0
function freshName(): string {
  return `case-${++names}`
}

/** The document of a container by its name, told by the engine. */
function fromEngine(name: string, action: string): Promise<EventDocument> {
  return told.next(
    (each) =>
      field(each, 'container.name') === name &&
      field(each, 'event.action') === action &&
      field(each, 'vedette.container.source') === 'engine',
  )
}

/** The document of a container by its id, told by what its runtime was given. */
function fromRuntime(id: FieldValue | undefined, action: string): Promise<EventDocument> {
  return told.next(
    (each) =>
      field(each, 'container.id') === id &&
      field(each, 'event.action') === action &&
      field(each, 'vedette.container.source') === 'oci',
  )
}

function field(document: EventDocument, name: string): FieldValue | undefined {
  return firstValueOf(document.source, name)
}

const privileged = 'container.security_context.privileged'
const own = (name: string) => `vedette.container.${name}`

/** What engine and runtime say of a container that was asked to be privileged, from its creation on. */
async function sayings(name: string, { starts = true } = {}) {
  const created = await fromEngine(name, 'container-created')
  const started = starts ? await fromEngine(name, 'container-started') : created
  const given =
    recordsObstacle === undefined
      ? await fromRuntime(field(created, 'container.id'), 'container-created')
      : undefined
  return {
    image: `${field(created, 'container.image.name')}:${field(created, 'container.image.tag')}`,
    created: field(created, privileged),
    started: field(started, privileged),
    ...(given === undefined
      ? {}
      : {
          given: field(given, privileged),
          allCapabilities: field(given, own('all_capabilities')),
          seccomp: field(given, own('seccomp')),
          maskedPaths: field(given, own('masked_paths')),
          allDevices: field(given, own('devices_all')),
        }),
  }
}

function wholly(): object {
  const told = { image: 'vedette/busybox:test', created: true, started: true }
  if (recordsObstacle !== undefined) return told
  const effects = { allCapabilities: true, seccomp: 'none', maskedPaths: false, allDevices: true }
  return { ...told, given: true, ...effects }
}

test('an ordinary container is not privileged', async () => {
  const name = freshName()
  await docker().docker('run', '--rm', '--name', name, docker().image, '/bin/true')
  const created = await fromEngine(name, 'container-created')
  expect(field(created, privileged)).toBe(false)
  expect(field(created, own('seccomp'))).toBe('default')
  expect(field(await fromEngine(name, 'container-stopped'), own('exit_code'))).toBe(0)
  if (recordsObstacle !== undefined) return
  const given = await fromRuntime(field(created, 'container.id'), 'container-created')
  expect(field(given, privileged)).toBe(false)
  expect(valuesOf(given.source, own('capabilities'))).toHaveLength(14)
  expect(valuesOf(given.source, own('host_mounts'))).toEqual([])
})

for (const flag of ['--privileged', '--privileged=true']) {
  test(`docker run ${flag} is privileged at creation, at start and in its OCI file`, async () => {
    const name = freshName()
    const { startable, image } = docker()
    const args = ['run', flag, '--rm', ...startable, '--name', name, image, '/bin/true']
    expect((await docker().docker(...args)).code).toBe(0)
    expect(await sayings(name)).toEqual(wholly())
  })
}

test('a privileged container that its runtime cannot start is seen all the same', async () => {
  const name = freshName()
  const outcome = await docker().docker(
    'run',
    '--privileged',
    '--name',
    name,
    docker().image,
    'true',
  )
  expect(await sayings(name, { starts: outcome.code === 0 })).toEqual(wholly())
})

test('the client by another name makes no difference', async () => {
  const name = freshName()
  const client = join(docker().folder, 'backup-tool')
  const found = await run('sh', ['-c', 'command -v docker'])
  await copyFile(found.stdout.trim(), client)
  const { startable, image, socket } = docker()
  const args = ['run', '--privileged', '--rm', ...startable, '--name', name, image, '/bin/true']
  const outcome = await run(client, args, { DOCKER_HOST: `unix://${socket}` })
  expect(outcome.stderr).not.toContain('rror')
  expect(await sayings(name)).toEqual(wholly())
})

test('creating a privileged container is told before it is started', async () => {
  const name = freshName()
  const { startable, image } = docker()
  await docker().docker('create', '--privileged', ...startable, '--name', name, image, '/bin/true')
  expect(field(await fromEngine(name, 'container-created'), privileged)).toBe(true)
  await docker().docker('start', name)
  expect(await sayings(name)).toEqual(wholly())
})

test('a privileged container made with curl on the socket is seen', async () => {
  const name = freshName()
  const { socket, image, startable } = docker()
  const asked = JSON.stringify({
    Image: image,
    Cmd: ['/bin/true'],
    HostConfig: { Privileged: true, Runtime: startable[1] ?? '' },
  })
  const curl = (path: string, ...more: readonly string[]) =>
    run('curl', ['-s', '-X', 'POST', '--unix-socket', socket, ...more, `http://x${path}`])
  const header = ['-H', 'Content-Type: application/json']
  const made = await curl(`/containers/create?name=${name}`, ...header, '-d', asked)
  const id = /"Id":"([0-9a-f]{64})"/.exec(made.stdout)?.[1]
  await curl(`/containers/${id}/start`)
  expect(await sayings(name)).toEqual(wholly())
})

/** A running ordinary container with a plain and a privileged exec in it; its name. */
async function withExecs(): Promise<string> {
  const name = freshName()
  const { startable, image } = docker()
  await docker().docker('run', '-d', ...startable, '--name', name, image, '/bin/sleep', '300')
  await docker().docker('exec', name, '/bin/echo', `${name}-plain`)
  await docker().docker('exec', '--privileged', name, '/bin/echo', `${name}-all`)
  return name
}

async function execsOf(name: string, from: 'engine' | 'oci') {
  const execOf = (word: string) =>
    told.next(
      (each) =>
        field(each, 'event.action') === 'container-exec' &&
        field(each, own('source')) === from &&
        valuesOf(each.source, own('command')).includes(word),
    )
  const both = [await execOf(`${name}-plain`), await execOf(`${name}-all`)]
  await docker().docker('rm', '--force', name)
  return both.map((each) => ({
    name: field(each, 'container.name'),
    container: field(each, privileged),
    exec: field(each, own('exec_privileged')),
  }))
}

test('docker exec --privileged into an ordinary container is told by the engine', async () => {
  const name = await withExecs()
  expect(await execsOf(name, 'engine')).toEqual([
    { name, container: false, exec: false },
    { name, container: false, exec: true },
  ])
})

test('docker exec --privileged into an ordinary container is seen in its process file', async (context) => {
  if (recordsObstacle !== undefined) context.skip(recordsObstacle)
  const name = await withExecs()
  expect(await execsOf(name, 'oci')).toEqual([
    { name, container: false, exec: false },
    { name, container: false, exec: true },
  ])
})

test('every capability without a system call filter shows, though the engine calls it not privileged', async () => {
  const name = freshName()
  const { startable, image } = docker()
  const unconfined = [
    '--security-opt',
    'seccomp=unconfined',
    '--security-opt',
    'apparmor=unconfined',
  ]
  const args = [
    'run',
    '--rm',
    '--cap-add',
    'ALL',
    ...unconfined,
    ...startable,
    '--name',
    name,
    image,
  ]
  await docker().docker(...args, '/bin/true')
  const created = await fromEngine(name, 'container-created')
  expect(field(created, privileged)).toBe(false)
  expect(valuesOf(created.source, own('cap_add'))).toEqual(['ALL'])
  expect(field(created, own('seccomp'))).toBe('unconfined')
  if (recordsObstacle !== undefined) return
  const given = await fromRuntime(field(created, 'container.id'), 'container-created')
  expect(field(given, own('all_capabilities'))).toBe(true)
  expect(field(given, own('seccomp'))).toBe('none')
})

test('without masked paths too, it is as good as privileged, and is called so', async (): Promise<void> => {
  const name = freshName()
  const { startable, image } = docker()
  const options = ['seccomp=unconfined', 'systempaths=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ])
  const args = ['run', '--rm', '--cap-add', 'ALL', ...options, ...startable, '--name', name, image]
  await docker().docker(...args, '/bin/true')
  const created = await fromEngine(name, 'container-created')
  expect(field(created, own('masked_paths'))).toBe(false)
  if (recordsObstacle !== undefined) return
  const given = await fromRuntime(field(created, 'container.id'), 'container-created')
  expect(field(given, privileged)).toBe(true)
})

test('the root of the host mounted, with its processes, shows in both sources', async () => {
  const name = freshName()
  const args = ['run', '--rm', '-v', '/:/host', '--pid', 'host', '--name', name, docker().image]
  await docker().docker(...args, '/bin/true')
  const created = await fromEngine(name, 'container-created')
  const documents = [created]
  if (recordsObstacle === undefined) {
    documents.push(await fromRuntime(field(created, 'container.id'), 'container-created'))
  }
  for (const each of documents) {
    expect(valuesOf(each.source, own('host_mounts'))).toEqual(['/'])
    expect(field(each, own('host_pid'))).toBe(true)
    expect(field(each, own('host_network'))).toBe(false)
    expect(field(each, own('engine_socket_mounted'))).toBe(true)
    expect(field(each, privileged)).toBe(false)
  }
})

test('a privileged container that no engine with a socket knows of is seen by its runtime', async (context) => {
  if (recordsObstacle !== undefined) context.skip(recordsObstacle)
  const name = freshName()
  const archive = join(docker().folder, 'image.tar')
  await docker().docker('save', docker().image, '--output', archive)
  const address = join(docker().folder, 'exec/containerd/containerd.sock')
  const ctr = (...args: readonly string[]) =>
    run('ctr', ['--address', address, '--namespace', 'plain', ...args])
  const imported = await ctr('images', 'import', archive)
  if (imported.code === 127) context.skip('needs ctr (Debian: apt-get install containerd)')
  const reference = `docker.io/${docker().image}`
  await ctr('run', '--rm', '--privileged', reference, name, '/bin/true')
  const given = await fromRuntime(name, 'container-created')
  expect(field(given, privileged)).toBe(true)
  expect(field(given, 'container.runtime')).toBe('containerd')
})

test('the root of the host in the disguise of a volume is told as what it is', async () => {
  const name = freshName()
  const { image } = docker()
  const options = ['type=none', 'o=bind', 'device=/'].flatMap((option) => ['--opt', option])
  await docker().docker('volume', 'create', ...options, `${name}-volume`)
  const volume = ['-v', `${name}-volume:/data`]
  await docker().docker('create', ...volume, '--name', name, image, '/bin/true')
  const created = await fromEngine(name, 'container-created')
  expect(valuesOf(created.source, own('host_mounts'))).toEqual(['/'])
})

test('containers created and removed at once are all told, whichever source is quicker', async () => {
  const list = Array.from({ length: 10 }, () => freshName())
  for (const name of list) {
    await docker().docker('create', '--privileged', '--name', name, docker().image, '/bin/true')
    await docker().docker('rm', name)
  }
  for (const name of list) {
    const document = await told.next((each) => field(each, 'container.name') === name)
    expect(['container-created', 'container-vanished']).toContain(field(document, 'event.action'))
  }
})

test('an engine that was restarted is followed again, and what it created meanwhile is told', async () => {
  const before = freshName()
  await docker().docker('create', '--name', before, docker().image, '/bin/true')
  await fromEngine(before, 'container-created')
  await docker().halt()
  const asked = systemClock.nowMs()
  await docker().start()
  const meanwhile = freshName()
  await docker().docker('create', '--privileged', '--name', meanwhile, docker().image, '/bin/true')
  expect(field(await fromEngine(meanwhile, 'container-created'), privileged)).toBe(true)
  await reached()
  expect(systemClock.nowMs() - asked).toBeLessThan(20_000)
  const twice = told.all().filter((each) => field(each, 'container.name') === before)
  expect(twice).toHaveLength(1)
})

test('process documents can be given names and images', async () => {
  const name = freshName()
  await docker().docker(
    'create',
    '--label',
    'team=red',
    '--name',
    name,
    docker().image,
    '/bin/true',
  )
  const id = field(await fromEngine(name, 'container-created'), 'container.id')
  expect(source?.facts(String(id))).toMatchObject({
    name,
    imageName: 'vedette/busybox',
    imageTag: 'test',
    labels: { team: 'red' },
    privileged: false,
  })
})

test('every runtime was seen at its start, and its file was read in time', async (context) => {
  if (recordsObstacle !== undefined) context.skip(recordsObstacle)
  const { runtimeStarts, ociRead, ociUnreadable, ociSkipped } = source?.counters() ?? {}
  expect({ ociUnreadable, ociSkipped }).toEqual({ ociUnreadable: 0, ociSkipped: 0 })
  expect(runtimeStarts).toBeGreaterThanOrEqual(10)
  expect(ociRead).toBe(runtimeStarts)
})
