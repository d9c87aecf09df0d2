import { spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import type { WireAgent } from '#api'
import {
  ended,
  namespacedHost,
  serverAddress,
  withoutNamespaces,
  type NamespacedHost,
} from '../support/namespaced-hosts.ts'
import { startServing, type RunningServer } from '../support/running-server.ts'

/** Three hosts with agents, as network namespaces of this machine: each sees all of its programs. */

const skip = withoutNamespaces()
const names = ['a', 'b', 'c'] as const
let server: RunningServer
let folder: string
let hosts: readonly NamespacedHost[] = []
const agents: ChildProcess[] = []

beforeAll(async () => {
  if (skip !== undefined) return
  folder = mkdtempSync(join(tmpdir(), 'vedette-netns-'))
  hosts = names.map((name, at) => namespacedHost(name, at + 1))
  server = await startServing(join(folder, 'data'), [
    '--no-sensor',
    '--no-starter-rules',
    '--agent-host',
    serverAddress,
    '--agent-port',
    '0',
  ])
})

afterAll(async () => {
  for (const agent of agents) {
    if (agent.exitCode === null) {
      agent.kill('SIGTERM')
      await once(agent, 'exit')
    }
  }
  await server?.stop()
  for (const host of hosts) host.remove()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const listed = async (): Promise<readonly WireAgent[]> => (await server.api.listAgents({})).agents

async function agentOf(name: string): Promise<WireAgent> {
  const found = (await listed()).find((agent) => agent.name === name)
  if (found === undefined) throw new Error(`${name} is not enrolled`)
  return found
}

function needs(context: TestContext): void {
  if (skip !== undefined) context.skip(skip)
}

/** Runs so many programs, each with an argument of its own. */
function runPrograms(mark: string, count: number): void {
  spawnSync('/bin/sh', [
    '-c',
    `i=0; while [ $i -lt ${count} ]; do /bin/true ${mark}-$i; i=$((i+1)); done`,
  ])
}

/** The marks of the programs that an agent told of, in order of their names; what came twice is there twice. */
async function marksFrom(agent: string, mark: string): Promise<readonly string[]> {
  const filter = [
    { term: { 'agent.id': agent } },
    { term: { 'event.action': 'exec' } },
    { prefix: { 'process.args': `${mark}-` } },
  ]
  const response = await fetch(
    new URL('/logs-endpoint.events.process-default/_search', server.url),
    {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        size: 10_000,
        _source: ['process.args'],
        query: { bool: { filter } },
      }),
    },
  )
  const text = await response.text()
  return Array.from(
    text.matchAll(new RegExp(`"(${mark}-\\d+)"`, 'g')),
    ([, found = '']) => found,
  ).toSorted()
}

const marks = (mark: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${mark}-${i}`).toSorted()

test('each of three hosts is an agent within a minute, by one line', async (context) => {
  needs(context)
  for (const host of hosts) {
    const { line } = await server.api.createEnrolmentToken({ body: {} })
    const state = join(folder, host.name)
    const agent = host.vedette(
      'agent',
      'enroll',
      '--run',
      '--state',
      state,
      '--name',
      host.name,
      line,
    )
    agents.push(agent)
    const isRunning = async () =>
      (await listed()).some(({ name, state: is }) => name === host.name && is === 'running')
    await expect.poll(isRunning, { timeout: 60_000, interval: 200 }).toBe(true)
  }
  expect((await listed()).map(({ name, problems }) => ({ name, problems }))).toEqual(
    names.map((name) => ({ name, problems: [] })),
  )
})

test('what a host saw while its link was cut comes when it is back, all of it, once', async (context) => {
  needs(context)
  const [cut] = hosts
  const { id, health } = await agentOf('a')
  if (health?.sensor.mode !== 'bpf') context.skip('no eBPF on this host: short programs are missed')
  runPrograms('before', 20)
  await expect.poll(() => marksFrom(id, 'before'), { timeout: 60_000 }).toEqual(marks('before', 20))
  cut?.link('down')
  runPrograms('cut', 2_000)
  const other = await agentOf('b')
  await expect
    .poll(() => marksFrom(other.id, 'cut'), { timeout: 120_000 })
    .toEqual(marks('cut', 2_000))
  expect(await marksFrom(id, 'cut')).toEqual([])
  cut?.link('up')
  await expect
    .poll(() => marksFrom(id, 'cut'), { timeout: 120_000, interval: 500 })
    .toEqual(marks('cut', 2_000))
  const after = await agentOf('a')
  expect(after.health?.spool).toMatchObject({ dropped: 0, damaged: 0 })
})

test('all obey a change of their policy within ten seconds', async (context) => {
  needs(context)
  const { policy } = (await server.api.getPolicy({ id: 'default' })).policy
  await expect
    .poll(async () => (await listed()).map(({ obeys }) => obeys?.version), { timeout: 30_000 })
    .toEqual([1, 1, 1])
  await server.api.changePolicy({
    id: 'default',
    body: { policy: { ...policy, collects: ['container'] }, if_version: 1 },
  })
  await expect
    .poll(async () => (await listed()).map(({ obeys }) => obeys?.version), { timeout: 10_000 })
    .toEqual([2, 2, 2])
})

test('a host that leaves is off the list, and nothing of the agent is left on it', async (context) => {
  needs(context)
  const [, , last] = hosts
  const agent = agents[2]
  agent?.kill('SIGTERM')
  if (agent?.exitCode === null) await once(agent, 'exit')
  const left = last?.vedette('agent', 'unenroll', '--state', join(folder, 'c'))
  if (left !== undefined) await ended(left)
  expect((await listed()).map(({ name }) => name)).toEqual(['a', 'b'])
})
