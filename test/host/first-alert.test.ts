import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import type { WireAlert } from '#api'
import { isJsonObject } from '#base'
import { run, startDocker, type PrivateDocker } from '../support/docker.ts'
import { startServing, type RunningServer } from '../support/running-server.ts'

/**
 * What the product is for: somebody starts a privileged container from a place that never did, on a real
 * host, through a real Docker Engine, and the alert says what is new.
 */

const started = await startDocker()
const skip = 'skip' in started ? started.skip : undefined
const seedRule = 'Privileged Docker Container Started by a New Parent'

let engine: PrivateDocker
let server: RunningServer
let folder: string

beforeAll(async () => {
  if ('skip' in started) return
  engine = started
  folder = mkdtempSync(join(tmpdir(), 'vedette-first-'))
  server = await startServing(join(folder, 'data'), ['--engine-socket', engine.socket])
})

afterAll(async () => {
  await server?.stop()
  if (!('skip' in started)) await started.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** Runs a command line in a shell of its own at `path`, with the private engine as Docker's host. */
async function inShellAt(path: string, commandLine: string): Promise<void> {
  const env = { DOCKER_HOST: `unix://${engine.socket}`, DOCKER_CONFIG: join(engine.folder, 'c') }
  // The last command is not the container's: a shell would replace itself by it and be no parent.
  await run(path, ['-c', `${commandLine}; true`], env)
}

function shellAt(name: string): string {
  const path = join(folder, name)
  copyFileSync('/bin/bash', path)
  return path
}

function requireHost(context: TestContext): void {
  if (skip !== undefined) context.skip(skip)
  if (!server.stderr().includes('eBPF')) context.skip('no eBPF on this host')
}

const newTermsOf = (alert: WireAlert): unknown => alert.document['kibana.alert.new_terms']
const ruleNameOf = (alert: WireAlert): unknown => alert.document['kibana.alert.rule.name']

function containerIdOf({ document }: WireAlert): unknown {
  const container = document['container']
  return isJsonObject(container) ? container['id'] : undefined
}

async function seedAlerts(): Promise<readonly WireAlert[]> {
  return (await server.alerts()).filter((alert) => ruleNameOf(alert) === seedRule)
}

test('a privileged container from a shell at a fresh path alerts once, with that path as the new term', async (context) => {
  requireHost(context)
  const first = shellAt('upd-1')
  await inShellAt(first, `docker run --rm --privileged ${engine.image} true`)
  await server.until(async () => (await seedAlerts()).length === 1)
  expect((await seedAlerts()).map(newTermsOf)).toEqual([[first]])

  await inShellAt(first, `docker run --rm --privileged ${engine.image} true`)
  await inShellAt(shellAt('plain'), `docker run --rm ${engine.image} true`)
  const second = shellAt('upd-2')
  await inShellAt(second, `docker run --rm --privileged ${engine.image} true`)
  await server.until(async () => (await seedAlerts()).length >= 2)
  // Events are answered in order: whatever the two runs before it could have raised is there by now.
  expect(new Set((await seedAlerts()).map(newTermsOf))).toEqual(new Set([[first], [second]]))
})

async function createByCurl(): Promise<string> {
  const body = JSON.stringify({
    Image: engine.image,
    Cmd: ['true'],
    HostConfig: { Privileged: true },
  })
  const { stdout } = await run('curl', [
    '-sS',
    '--unix-socket',
    engine.socket,
    '-H',
    'content-type: application/json',
    '-d',
    body,
    'http://docker/containers/create',
  ])
  return /"Id":"([0-9a-f]{64})"/.exec(stdout)?.[1] ?? stdout
}

async function createByRenamedClient(): Promise<string> {
  const client = await run('sh', ['-c', 'command -v docker'])
  const renamed = join(folder, 'kworker')
  copyFileSync(client.stdout.trim(), renamed)
  const env = { DOCKER_HOST: `unix://${engine.socket}`, DOCKER_CONFIG: join(engine.folder, 'c') }
  const { stdout } = await run(renamed, ['create', '--privileged', engine.image, 'true'], env)
  return stdout.trim()
}

const roads: readonly (readonly [road: string, create: () => Promise<string>])[] = [
  [
    'docker create --privileged',
    async () => (await engine.docker('create', '--privileged', engine.image, 'true')).stdout.trim(),
  ],
  ['curl on the engine socket', createByCurl],
  ['a renamed client', createByRenamedClient],
]

for (const [road, create] of roads) {
  test(`a container made privileged by ${road} is told by its effect, with the container id`, async (context) => {
    requireHost(context)
    const id = await create()
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    const told = async (): Promise<WireAlert | undefined> =>
      (await server.alerts()).find((alert) => containerIdOf(alert) === id)
    await server.until(async () => (await told()) !== undefined)
    expect((await told())?.document['kibana.alert.severity']).toBe('high')
  })
}
