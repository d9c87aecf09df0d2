import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

/** Keys and the audit log as whoever runs the server meets them. */

let directory: string
let data: string
let server: RunningServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-access-'))
  data = join(directory, 'data')
  server = await startServing(data)
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const cli = (words: readonly string[], env: { readonly [name: string]: string } = {}) =>
  runCli(words, { env: { VEDETTE_DATA: data, ...env } })

test('a key made on the command line does what its role says until it is revoked', async () => {
  const created = await cli(['key', 'create', 'night shift', '--role', 'viewer'])
  expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^vk_\S{60}\n$/) })
  const env = { VEDETTE_TOKEN: created.stdout.trim() }
  expect((await cli(['rule', 'list'], env)).code).toBe(0)
  const refused = await cli(['key', 'list'], env)
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('key night shift has the role viewer, and this is for admin')

  const listed = await cli(['key', 'list', '--format', 'json'])
  const [key] = JSON.parse(listed.stdout)
  expect(key).toMatchObject({ name: 'night shift', role: 'viewer' })
  expect(listed.stdout).not.toContain(created.stdout.trim().slice(20))

  expect((await cli(['key', 'revoke', key.id])).code).toBe(0)
  expect((await cli(['rule', 'list'], env)).stderr).toContain('does not take this token')
  expect((await cli(['key', 'revoke', key.id])).stderr).toContain('there is no key')
})

test.each([
  [['--role', 'root'], '--role is one of'],
  [['--role', 'viewer', '--index', 'logs-*'], 'sends no events'],
  [['--expires', 'someday'], '--expires'],
])('a key with %j is refused with a word on what is wrong', async (options, told) => {
  const { code, stdout, stderr } = await cli(['key', 'create', 'odd', ...options])
  expect(code).not.toBe(0)
  expect(stdout).toBe('')
  expect(stderr).toContain(told)
})

test('the audit log tells who changed what, is for its owner alone, and shows a change of itself', async () => {
  const path = join(data, 'audit.ndjson')
  const { stdout } = await cli(['audit', 'list', '--format', 'ndjson'])
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(entries.map(({ who, what }) => [who, what])).toContainEqual(['token', 'POST /api/keys'])
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600')
  expect(await cli(['audit', 'verify'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${entries.length} entries, none changed`),
  })

  const text = await readFile(path, 'utf8')
  const copy = join(directory, 'copy')
  const changed = await mkdtemp(copy)
  await writeFile(join(changed, 'audit.ndjson'), text.replace('"token"', '"nobody"'))
  const verdict = await cli(['audit', 'verify', '--data', changed])
  expect(verdict.code).not.toBe(0)
  expect(verdict.stderr).toContain('line 1: the entry does not follow from the one before')
})
