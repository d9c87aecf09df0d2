import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, expect, test } from 'vitest'
import { systemClock } from '#base'
import { actionOf } from '#respond'
import { localHost } from './local-host.ts'

/** Processes are named by what they are, not by a number that may be another's by now. */

const host = localHost({
  clock: systemClock,
  engineSockets: ['/no/engine.sock'],
  allowed: () => [],
})
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => host.close())

async function program(...words: readonly [string, ...string[]]) {
  const child = spawn(words[0], words.slice(1))
  started.push(child)
  await once(child, 'spawn')
  const facts = host.processes.of(child.pid ?? 0)
  if (facts === undefined) throw new Error('the process is not there')
  return { child, facts }
}

function run(id: string, values: { readonly [name: string]: string | number }) {
  const action = actionOf(id)
  if (action === undefined) throw new Error(id)
  return action.run(values, {
    host,
    nowMs: () => systemClock.nowMs(),
    signal: AbortSignal.timeout(20_000),
  })
}

test('a process whose number is another’s by now is left alone', async () => {
  const { child, facts } = await program('sleep', '1000')
  const values = { pid: facts.pid, entity_id: 'of-the-one-before' }
  await expect(run('process-kill', values)).rejects.toMatchObject({ code: 'respond.pid-reused' })
  expect(() =>
    host.processes.signal({ ...facts, entityId: 'of-the-one-before' }, 'SIGKILL'),
  ).toThrow('ended meanwhile')
  await pause(50)
  expect(child.exitCode ?? child.signalCode).toBe(null)
})

test('a process is stopped, goes on, and is told apart from one that ended', async () => {
  const { child, facts } = await program('sleep', '1000')
  const values = { pid: facts.pid, entity_id: facts.entityId }
  await run('process-suspend', values)
  await expect.poll(() => host.processes.of(facts.pid)?.state).toBe('T')
  await run('process-resume', values)
  await expect.poll(() => host.processes.of(facts.pid)?.state).toBe('S')
  const exit = once(child, 'exit')
  expect((await run('process-kill', values)).summary).toContain('sleep 1000')
  await exit
  await expect(run('process-kill', values)).rejects.toMatchObject({ kind: 'not-found' })
})

test('a tree ends whole, though its members go on starting others', async () => {
  const script = 'while :; do sleep 1000 & sleep 0.01; done'
  const { facts } = await program('sh', '-c', `sh -c '${script}' & ${script}`)
  await pause(100)
  const { summary, parts } = await run('process-kill-tree', {
    pid: facts.pid,
    entity_id: facts.entityId,
  })
  expect(summary).toMatch(/^ended \d+ processes/)
  const pids = (parts[0]?.text ?? '').split('\n').map((line) => Number.parseInt(line, 10))
  expect(pids.length).toBeGreaterThan(3)
  await expect
    .poll(() => pids.filter((pid) => !['Z', undefined].includes(host.processes.of(pid)?.state)))
    .toEqual([])
})

test('what Vedette itself runs in, and the first process, are spared', async () => {
  const own = host.processes.of(process.pid)
  await expect(
    run('process-kill', { pid: process.pid, entity_id: own?.entityId ?? '' }),
  ).rejects.toMatchObject({ code: 'respond.process-spared' })
  const parent = host.processes.of(process.ppid)
  await expect(
    run('process-kill-tree', { pid: process.ppid, entity_id: parent?.entityId ?? '' }),
  ).rejects.toMatchObject({ code: 'respond.process-spared' })
})

test('the triage bundle names what could not be read', async () => {
  const { parts } = await run('triage-bundle', {})
  const names = parts.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['processes', 'kernel', 'mounts', 'containers']))
  expect(parts.find(({ name }) => name === 'kernel')?.text).toContain('Linux')
})
