import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WireAlert } from '#api'
import { startServing, type RunningServer } from '../support/running-server.ts'

let directory: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-system-'))
  server = await startServing(directory, ['--no-sensor'])
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

function dockerRun(id: string, parent: string, args: readonly string[]): string {
  const index = 'logs-endpoint.events.process-default'
  const event = {
    '@timestamp': new Date().toISOString(),
    event: { category: ['process'], type: ['start'], action: 'exec', kind: 'event' },
    host: { name: 'h', os: { type: 'linux', name: 'Linux' } },
    process: {
      name: 'docker',
      executable: '/usr/bin/docker',
      args: ['docker', ...args],
      parent: { executable: parent, name: 'x' },
    },
    user: { name: 'u' },
  }
  return `${JSON.stringify({ create: { _index: index, _id: id } })}\n${JSON.stringify(event)}\n`
}

async function alertsOf(parent: string): Promise<readonly WireAlert[]> {
  const { alerts } = await server.api.listAlerts({ limit: 1_000 })
  return alerts.filter(({ document }) => JSON.stringify(document).includes(parent))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Asks until something is there; the test's own limit ends a wait in vain. */
async function eventually<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  for (;;) {
    const found = await ask()
    if (found.length > 0) return found
    await pause(20)
  }
}

const privileged = ['run', '--privileged', 'alpine']

test('an event that comes in by _bulk is an alert at once, and the same parent is none again', async () => {
  await server.bulk(dockerRun('a1', '/opt/new/one', privileged))
  const [alert] = await eventually(() => alertsOf('/opt/new/one'))
  expect(alert?.document).toMatchObject({ 'kibana.alert.new_terms': ['/opt/new/one'] })

  await server.bulk(dockerRun('a2', '/opt/new/one', privileged))
  await server.bulk(dockerRun('a3', '/opt/new/two', privileged))
  await eventually(() => alertsOf('/opt/new/two'))
  expect(await alertsOf('/opt/new/one')).toHaveLength(1)
})

test('without the flag there is none, and a scheduled run of the rule tells nothing twice', async () => {
  await server.bulk(dockerRun('b1', '/opt/quiet', ['run', 'alpine']))
  await server.bulk(dockerRun('b2', '/opt/loud', privileged))
  const before = await eventually(() => alertsOf('/opt/loud'))
  const rule = textOf(before[0]?.document['kibana.alert.rule.uuid'])
  const execution = await server.api.runRule({ id: rule })
  expect(execution['status']).toBe('succeeded')
  expect(await alertsOf('/opt/loud')).toEqual(before)
  expect(await alertsOf('/opt/quiet')).toEqual([])
})

test('a server that is asked to stop ends in good order, and its data is there at the next start', async () => {
  const before = (await server.api.listAlerts({})).total
  expect(await server.stop('SIGTERM')).toBe(0)
  server = await startServing(directory, ['--no-sensor'])
  expect((await server.api.listAlerts({})).total).toBe(before)
  await server.bulk(dockerRun('c1', '/opt/new/one', privileged))
  await server.bulk(dockerRun('c2', '/opt/after', privileged))
  await eventually(() => alertsOf('/opt/after'))
  expect(await alertsOf('/opt/new/one')).toHaveLength(1)
})
