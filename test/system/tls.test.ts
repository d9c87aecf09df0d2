import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

/** A server that speaks HTTPS, as whoever runs it and whoever calls it meet it. */

let directory: string
let data: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-tls-'))
  data = join(directory, 'data')
  server = await startServing(data, ['--no-sensor', '--no-starter-rules', '--tls'])
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const authorityFile = () => join(data, 'tls', 'ca.pem')

interface Told {
  readonly status: number | undefined
  readonly cookie: string
}

async function post(path: string, body: string, ca: string): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<Told>()
  const headers = { 'content-type': 'application/json', origin: server.url }
  const asked = request(new URL(path, server.url), { method: 'POST', ca, headers }, (answer) => {
    answer.resume()
    resolve({ status: answer.statusCode, cookie: String(answer.headers['set-cookie']) })
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}

test('commands on the data directory trust its authority by themselves', async () => {
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:/)
  const { code, stdout } = await runCli(['rule', 'list', '--format', 'json', '--data', data])
  expect([code, stdout]).toEqual([0, '[]\n'])
})

test('elsewhere the authority is named, and without it the server is not believed', async () => {
  const words = ['rule', 'list', '--server', server.url, '--token-file', join(data, 'token')]
  const elsewhere = { env: { VEDETTE_DATA: join(directory, 'elsewhere') } }
  const refused = await runCli(words, elsewhere)
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('error[api.untrusted]')
  expect(refused.stderr).toContain('name it with --ca')

  const copy = join(directory, 'copied.pem')
  await copyFile(authorityFile(), copy)
  expect((await runCli([...words, '--ca', copy], elsewhere)).code).toBe(0)
})

test('the cookie of a session is for encrypted connections alone', async () => {
  const ca = await readFile(authorityFile(), 'utf8')
  const { status, cookie } = await post('/api/session', `{"secret":"${server.token}"}`, ca)
  expect(status).toBe(200)
  expect(cookie).toContain('; Secure')
})

test('who speaks plain HTTP gets no answer', async () => {
  await expect(fetch(server.url.replace('https:', 'http:'))).rejects.toThrow('fetch failed')
})

test.each([
  [['--tls-cert', '/nowhere.pem'], 'go together'],
  [['--tls', '--no-tls'], 'exclude each other'],
  [['--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.key'], 'cannot read /nowhere.pem'],
])('%j is refused with a word on what is wrong', async (options, told) => {
  const words = ['serve', '--port', '0', '--no-sensor', '--data', join(directory, 'other')]
  const { code, stderr } = await runCli([...words, ...options])
  expect(code).not.toBe(0)
  expect(stderr).toContain(told)
})
