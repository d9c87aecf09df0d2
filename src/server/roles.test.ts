import { afterAll, beforeAll, expect, test } from 'vitest'
import { mayDo, roleNames, routes, type Role } from '#api'
import { kibanaRoutes } from './kibana/kibana-routes.ts'
import { readingRoutes } from './search/search-side.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

/** Every door, tried by every role: who may not pass is told so, and everybody else gets past the door. */

let at: ServerUnderTest
const secrets = new Map<Role, string>()
beforeAll(async () => {
  at = await serverUnderTest()
  for (const role of roleNames) {
    const { secret } = await at.client.createKey({ body: { name: role, role } })
    secrets.set(role, secret)
  }
})
afterAll(() => at.close())

async function statusOf(role: Role, method: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${secrets.get(role) ?? ''}` }
  const answer = await at.ask(path.replaceAll(/\{\w+\}/g, 'none-such'), { method, headers })
  await answer.text()
  return answer.status
}

const doors = [
  ...Object.values(routes).map(({ method, path, needs }) => ({ method, path, needs })),
  ...kibanaRoutes.map(({ method, path, needs }) => ({ method, path, needs })),
  { method: 'GET', path: '/metrics', needs: 'read' as const },
  ...readingRoutes.flatMap(({ methods, path, needs }) =>
    methods.map((method) => ({ method, path, needs })),
  ),
  { method: 'POST', path: '/_bulk', needs: 'ingest' as const },
  { method: 'PUT', path: '/some-index', needs: 'ingest' as const },
  { method: 'PUT', path: '/_index_template/x', needs: 'ingest' as const },
  { method: 'POST', path: '/logs-x-default/_doc', needs: 'ingest' as const },
]

test.each(roleNames)('the role %s passes the doors that are for it, and no other', async (role) => {
  for (const { method, path, needs } of doors) {
    const isMeant = needs === 'nothing' || needs === 'any-role' || mayDo(role, needs)
    const status = await statusOf(role, method, path)
    expect([method, path, status === 403]).toEqual([method, path, !isMeant])
    expect([method, path, status]).not.toEqual([method, path, 401])
  }
})

test('any role learns what kind of server this is, and that a path is not there', async () => {
  for (const role of roleNames) {
    expect(await statusOf(role, 'GET', '/')).toBe(200)
    expect(await statusOf(role, 'GET', '/api/no-such-path')).toBe(404)
  }
})

test('a key for some indices is refused the others, item by item', async () => {
  const { secret } = await at.client.createKey({
    body: { name: 'web', role: 'ingest', indices: ['logs-web-*', '-logs-web-secret'] },
  })
  const lines = ['logs-web-a', 'logs-other', 'logs-web-secret'].flatMap((_index) => [
    { create: { _index } },
    { '@timestamp': '2026-11-24T12:00:00Z' },
  ])
  const answer = await at.ask('/_bulk', {
    method: 'POST',
    headers: { authorization: `ApiKey ${secret}` },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  })
  const { items } = JSON.parse(await answer.text())
  expect(items.map((item: { create: { status: number } }) => item.create.status)).toEqual([
    201, 403, 403,
  ])
  expect(items[1].create.error.type).toBe('security_exception')
})

test('a key that may not send cannot be held to indices', async () => {
  const body = { name: 'odd', role: 'viewer', indices: ['logs-*'] } as const
  await expect(at.client.createKey({ body })).rejects.toMatchObject({ kind: 'invalid' })
})

test('changes and refused attempts are in the audit log; reading and sending are not', async () => {
  const { key, secret } = await at.client.createKey({ body: { name: 'nosy', role: 'viewer' } })
  const headers = { authorization: `Bearer ${secret}` }
  await at.ask('/api/rules', { headers })
  await at.ask('/api/keys', { method: 'POST', headers })
  await at.client.revokeKey({ id: key.id })
  const { entries } = await at.client.listAudit({ limit: 3 })
  expect(entries.map(({ who, what, status }) => [who, what, status])).toEqual([
    ['token', `DELETE /api/keys/${key.id}`, 200],
    ['key nosy', 'POST /api/keys', 403],
    ['token', 'POST /api/keys', 200],
  ])
  expect(JSON.stringify(entries)).not.toContain(secret)
})
