import { afterAll, beforeAll, expect, test } from 'vitest'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

let at: ServerUnderTest
beforeAll(async () => {
  at = await serverUnderTest()
})
afterAll(() => at.close())

/** A request as a browser sends it: without Authorization, with a cookie and where it comes from. */
async function browse(
  path: string,
  {
    cookie,
    origin = at.url,
    ...init
  }: RequestInit & { readonly cookie?: string; readonly origin?: string } = {},
): Promise<Response> {
  return fetch(new URL(path, at.url), {
    ...init,
    headers: { origin, ...(cookie !== undefined && { cookie }) },
  })
}

async function signIn(given: object, origin?: string): Promise<Response> {
  const body = JSON.stringify(given)
  return browse('/api/session', { method: 'POST', body, ...(origin !== undefined && { origin }) })
}

const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

test('a secret opens a session whose cookie no script reads and no other site sends', async () => {
  const answer = await signIn({ secret: at.token })
  expect(await answer.json()).toEqual({ name: 'token', role: 'admin' })
  expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/)
  const cookie = cookieOf(answer)
  expect(await (await browse('/api/session', { cookie })).json()).toMatchObject({ role: 'admin' })
  expect((await browse('/api/rules', { cookie })).status).toBe(200)
  await browse('/api/session', { method: 'DELETE', cookie })
  expect((await browse('/api/rules', { cookie })).status).toBe(401)
})

test('a session changes nothing for a page from elsewhere', async () => {
  const cookie = cookieOf(await signIn({ secret: at.token }))
  const change = { method: 'POST', cookie, body: '{}' }
  const elsewhere = await browse('/api/session/links', { ...change, origin: 'http://evil.example' })
  expect(elsewhere.status).toBe(401)
  expect((await browse('/api/session/links', change)).status).toBe(200)
  expect((await signIn({ secret: at.token }, 'http://evil.example')).status).toBe(403)
})

test('a link signs in once', async () => {
  const { path } = await at.client.createLink({ body: {} })
  const link = path.split('#')[1] ?? ''
  expect((await signIn({ link })).status).toBe(200)
  expect((await signIn({ link })).status).toBe(401)
})

test('a session has the role of its key and ends with it', async () => {
  const { key, secret } = await at.client.createKey({ body: { name: 'v', role: 'viewer' } })
  const cookie = cookieOf(await signIn({ secret }))
  expect((await browse('/api/rules', { cookie })).status).toBe(200)
  expect((await browse('/api/keys', { cookie })).status).toBe(403)
  await at.client.revokeKey({ id: key.id })
  expect((await browse('/api/rules', { cookie })).status).toBe(401)
})

test('a stream tells of a change, and browsers get the page that is not built as a sentence', async () => {
  const cookie = cookieOf(await signIn({ secret: at.token }))
  const over = new AbortController()
  const stream = await fetch(new URL('/api/stream', at.url), {
    headers: { cookie },
    signal: over.signal,
  })
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  over.abort()
  const page = await fetch(at.url, { headers: { accept: 'text/html' } })
  expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('build:page')])
})

test('who guesses waits', async () => {
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push((await signIn({ secret: `guess-${i}` })).status)
  expect(statuses.at(-1)).toBe(429)
  expect((await signIn({ secret: at.token })).status).toBe(429)
})
