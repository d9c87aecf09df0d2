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
  { method: 'POST', path: '/api/ingest/falco', needs: 'ingest' as const },
  { method: 'GET', path: '/api/ingest', needs: 'any-role' as const },
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

interface Documented {
  readonly description?: string
  readonly security?: readonly unknown[]
}

test('every route of the OpenAPI document answers every role, and nobody, as the document says', async () => {
  const document = JSON.parse(await (await at.ask('/api/openapi.json')).text())
  const paths: { readonly [path: string]: { readonly [method: string]: Documented } } =
    document.paths
  let tried = 0
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, { description = '', security }] of Object.entries(operations)) {
      const method = name.toUpperCase()
      const isOpen = security?.length === 0
      const statuses = await Promise.all(roleNames.map((role) => statusOf(role, method, path)))
      const expected = roleNames.map((role) => isOpen || saysFor(description, role))
      expect([method, path, statuses.map((status) => status !== 403)]).toEqual([
        method,
        path,
        expected,
      ])
      expect([method, path, (await statusOfNobody(method, path)) === 401]).toEqual([
        method,
        path,
        !isOpen,
      ])
      tried++
    }
  }
  expect(tried).toBe(Object.keys(routes).length)
})

/** Whether an operation says that it is for a role. */
function saysFor(description: string, role: Role): boolean {
  return /^For the roles (.*)\.$/.exec(description)?.[1]?.split(' or ').includes(role) ?? false
}

async function statusOfNobody(method: string, path: string): Promise<number> {
  const answer = await fetch(new URL(path.replaceAll(/\{\w+\}/g, 'none-such'), at.url), { method })
  await answer.text()
  return answer.status
}

test('whoever is not known learns nothing but health', async () => {
  const open: string[] = []
  for (const { method, path } of [...doors, { method: 'GET', path: '/' }]) {
    if ((await statusOfNobody(method, path)) !== 401) open.push(`${method} ${path}`)
  }
  for (const path of ['/none-such', '/api/none-such', '/_search', '/_cluster/health', '/_nodes']) {
    expect([path, await statusOfNobody('GET', path)]).toEqual([path, 401])
  }
  expect(open).toEqual(['GET /api/health'])
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
