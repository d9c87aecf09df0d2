import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { openStore } from '#store'
import { loadAccessKeys } from './access-keys.ts'

const dayMs = 86_400_000
const wanted = { name: 'web-1', role: 'ingest', indices: ['logs-nginx.*'] } as const

async function keysUnderTest() {
  const clock = manualClock(Date.UTC(2026, 10, 24))
  const { documents } = await openStore({ kind: 'memory', clock })
  return { clock, documents, keys: await loadAccessKeys(documents, clock) }
}

test('a key opens what its role says, also after a restart, and its secret is kept nowhere', async () => {
  const { clock, documents, keys } = await keysUnderTest()
  const { key, secret } = await keys.create({ ...wanted, expiresMs: undefined })
  const caller = {
    name: 'key web-1',
    role: 'ingest',
    keyId: key.id,
    indices: ['logs-nginx.*'],
  }
  expect(keys.callerOf(secret)).toEqual(caller)
  const again = await loadAccessKeys(documents, clock)
  expect(again.callerOf(secret)).toEqual(caller)
  expect(again.list().map(({ id }) => id)).toEqual([key.id])
  expect(JSON.stringify(again.list())).not.toContain(secret.slice(20))
})

test('a secret with one other character opens nothing', async () => {
  const { keys } = await keysUnderTest()
  const { secret } = await keys.create({ ...wanted, expiresMs: undefined })
  const last = secret.endsWith('A') ? 'B' : 'A'
  expect(keys.callerOf(secret.slice(0, -1) + last)).toBeUndefined()
  expect(keys.callerOf(secret.slice(0, -1))).toBeUndefined()
  expect(keys.callerOf('')).toBeUndefined()
})

test('a key ends when it says so, and at once when it is revoked', async () => {
  const { clock, keys } = await keysUnderTest()
  const short = await keys.create({ ...wanted, expiresMs: clock.nowMs() + dayMs })
  const long = await keys.create({ ...wanted, expiresMs: undefined })
  await clock.advanceTo(clock.nowMs() + dayMs)
  expect(keys.callerOf(short.secret)).toBeUndefined()
  expect(keys.callerOf(long.secret)).toBeDefined()
  expect(await keys.revoke(long.key.id)).toBe(true)
  expect(keys.callerOf(long.secret)).toBeUndefined()
  expect(await keys.revoke(long.key.id)).toBe(false)
})

test('a key that would end before it begins is refused', async () => {
  const { clock, keys } = await keysUnderTest()
  await expect(keys.create({ ...wanted, expiresMs: clock.nowMs() })).rejects.toMatchObject({
    kind: 'invalid',
  })
})

test('when a key was last used is told to the minute', async () => {
  const { clock, keys } = await keysUnderTest()
  const { secret } = await keys.create({ ...wanted, expiresMs: undefined })
  expect(keys.list()[0]?.lastUsedMs).toBeUndefined()
  keys.callerOf(secret)
  expect(keys.list()[0]?.lastUsedMs).toBe(clock.nowMs())
})
