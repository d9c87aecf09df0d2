import { createPublicKey } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderLifeMs, readOrder, signOrder, type Order } from './order.ts'
import { freshKey } from './responding.fixture.ts'
import { loadOrCreateSigningKey } from './signing-key.ts'

const key = freshKey()
const keys = new Map([[key.keyId, createPublicKey(key.privateKey)]])
const nowMs = 1_800_000_000_000
const order: Order = {
  id: 'one',
  hostId: 'web-1',
  action: 'process-list',
  values: {},
  isDryRun: false,
  by: 'ann',
  issuedMs: nowMs,
  expiresMs: nowMs + orderLifeMs,
}
const read = (signed: Parameters<typeof readOrder>[0], at = nowMs, hostId = 'web-1') =>
  readOrder(signed, { keys, hostId, nowMs: at })

test('an order that the server signed for this host is read as it was given', () => {
  expect(read(signOrder(order, key))).toEqual({ ok: true, value: order })
})

test('an order that somebody else signed is refused, by whichever name they give their key', () => {
  const theirs = signOrder(order, freshKey())
  expect(read(theirs)).toMatchObject({ ok: false, error: { code: 'unknown-key' } })
  expect(read({ ...theirs, keyId: key.keyId })).toMatchObject({
    ok: false,
    error: { code: 'forged' },
  })
})

test('an order of which any character was changed after it was signed is refused', () => {
  const signed = signOrder({ ...order, values: { pid: 4711, entity_id: 'abc' } }, key)
  fc.assert(
    fc.property(fc.nat(signed.text.length - 1), fc.integer({ min: 1, max: 126 }), (at, add) => {
      const code = ((signed.text.charCodeAt(at) + add) % 127) + 0
      const text = signed.text.slice(0, at) + String.fromCharCode(code) + signed.text.slice(at + 1)
      fc.pre(text !== signed.text)
      return !read({ ...signed, text }).ok
    }),
  )
})

test('an order for another host is refused', () => {
  expect(read(signOrder(order, key), nowMs, 'web-2')).toMatchObject({
    ok: false,
    error: { code: 'other-host' },
  })
})

test('an order is refused from the millisecond on at which it expires, and not before', () => {
  const signed = signOrder(order, key)
  expect(read(signed, nowMs + orderLifeMs - 1).ok).toBe(true)
  expect(read(signed, nowMs + orderLifeMs)).toMatchObject({ error: { code: 'expired' } })
})

test('an order from the future, and one that would be good for longer than an hour, are refused', () => {
  expect(read(signOrder(order, key), nowMs - 600_000)).toMatchObject({
    error: { code: 'from-the-future' },
  })
  const long = signOrder({ ...order, expiresMs: nowMs + orderLifeMs + 1 }, key)
  expect(read(long)).toMatchObject({ error: { code: 'too-long' } })
})

test('what was signed and is no order is refused', () => {
  const odd = signOrder({ ...order, by: 1 } as unknown as Order, key)
  expect(read(odd)).toMatchObject({ error: { code: 'malformed' } })
})

test('the key of a server is made once, is for its owner alone, and another kind of file is told of', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-key-'))
  const path = join(folder, 'response-key.pem')
  const made = await loadOrCreateSigningKey(path)
  expect((await loadOrCreateSigningKey(path)).keyId).toBe(made.keyId)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(path, 'utf8')).toContain('PRIVATE KEY')
  await writeFile(path, 'no key')
  await expect(loadOrCreateSigningKey(path)).rejects.toThrow('holds no Ed25519 key')
  await rm(folder, { recursive: true })
})
