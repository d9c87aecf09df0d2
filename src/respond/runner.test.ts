import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createPublicKey } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '#base'
import type { CommandEnd } from './command.ts'
import { orderLifeMs, signOrder, type Order, type Refusal } from './order.ts'
import { bench, freshKey } from './responding.fixture.ts'
import { createRunner, storedJournal } from './runner.ts'

/** Orders that come to a host: which are obeyed, which are refused, and that none is obeyed twice. */

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** A runner that asks nobody whether an order is still wanted, so that its own checks stand alone. */
async function alone({ level = 'act' as const } = {}) {
  const { store, clock, key, host } = await bench()
  const ends: CommandEnd[] = []
  const refusals: (Refusal & { readonly id: string | undefined })[] = []
  const runner = createRunner({
    host,
    level,
    keys: new Map([[key.keyId, createPublicKey(key.privateKey)]]),
    journal: storedJournal(store.documents, clock),
    reports: {
      begin: async () => true,
      end: async (_id, end) => void ends.push(end),
      refused: async (id, refusal) => void refusals.push({ ...refusal, id }),
    },
    clock,
    logger: silentLogger,
  })
  const order = (more: Partial<Order>): Order => ({
    id: 'one',
    hostId: host.id,
    action: 'process-list',
    values: {},
    isDryRun: false,
    by: 'ann',
    issuedMs: clock.nowMs(),
    expiresMs: clock.nowMs() + orderLifeMs,
    ...more,
  })
  return { runner, key, host, clock, ends, refusals, order }
}

async function sleeper(): Promise<ChildProcess> {
  const child = spawn('sleep', ['1000'])
  started.push(child)
  await once(child, 'spawn')
  return child
}

test('an order is obeyed once: the same order again is refused as a replay, and the process lives', async () => {
  const at = await alone()
  const child = await sleeper()
  const facts = at.host.processes.of(child.pid ?? 0)
  const values = { pid: child.pid ?? 0, entity_id: facts?.entityId ?? '' }
  const signed = signOrder(at.order({ action: 'process-suspend', values }), at.key)
  await at.runner.take(signed)
  expect(at.ends.map(({ state }) => state)).toEqual(['done'])
  child.kill('SIGCONT')
  await at.runner.take(signed)
  expect(at.ends).toHaveLength(1)
  expect(at.refusals).toMatchObject([{ id: 'one', code: 'replayed' }])
})

test('a forged order does nothing, and no command is said to be its', async () => {
  const at = await alone()
  await at.runner.take({ ...signOrder(at.order({}), freshKey()), keyId: at.key.keyId })
  expect(at.ends).toEqual([])
  expect(at.refusals).toMatchObject([{ id: undefined, code: 'forged' }])
})

test('an order for another host, and one that is too old, do nothing', async () => {
  const at = await alone()
  await at.runner.take(signOrder(at.order({ hostId: 'another' }), at.key))
  const late = signOrder(at.order({ id: 'late' }), at.key)
  await at.clock.advanceTo(at.clock.nowMs() + orderLifeMs)
  await at.runner.take(late)
  expect(at.ends).toEqual([])
  expect(at.refusals).toMatchObject([{ code: 'other-host' }, { id: 'late', code: 'expired' }])
})

test('a host that only lets itself be looked at refuses what changes it, though it is signed', async () => {
  const at = await bench({ level: 'look' })
  await at.connect('act')
  const child = await sleeper()
  const values = {
    pid: child.pid ?? 0,
    entity_id: at.host.processes.of(child.pid ?? 0)?.entityId ?? '',
  }
  const request = { hostId: at.host.id, who: 'ann', role: 'admin', why: 'test', isDryRun: false }
  const { id } = await at.desk.give({ ...request, action: 'process-kill', values })
  const ended = await at.over(id)
  expect([ended.state, ended.summary]).toEqual([
    'failed',
    'refused by the host: this host only lets itself be looked at, and process-kill changes it',
  ])
  expect(child.exitCode ?? child.signalCode).toBe(null)
  await at.close()
})

test('an action that no version knows, and parameters that do not fit, are refused by the host too', async () => {
  const at = await alone()
  await at.runner.take(signOrder(at.order({ action: 'host-format' }), at.key))
  await at.runner.take(signOrder(at.order({ action: 'process-kill', values: { pid: 1 } }), at.key))
  expect(at.refusals.map(({ code }) => code)).toEqual(['unknown-action', 'malformed'])
})
