import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing } from '../support/running-server.ts'

/** A copy of a running server becomes a server of its own, with the same events, alerts, keys and token. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-snapshot-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

test('a snapshot of a running server is a server as it was then', async () => {
  const at = (name: string) => join(directory, name)
  const [data, copy, restored] = [at('data'), at('copy'), at('restored')]
  const server = await startServing(data)
  const event = { '@timestamp': new Date().toISOString(), event: { category: 'process' } }
  const line = (id: string) =>
    `{"create":{"_index":"logs-x-default","_id":"${id}"}}\n${JSON.stringify(event)}\n`
  await server.bulk(line('before'))
  const { secret } = await server.api.createKey({ body: { name: 'kept', role: 'viewer' } })

  const created = await runCli(['snapshot', 'create', copy, '--data', data])
  expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining('files') })
  await server.bulk(line('after'))
  await server.stop('SIGKILL')

  expect((await runCli(['snapshot', 'check', copy])).code).toBe(0)
  const made = await runCli(['snapshot', 'restore', copy, '--data', restored])
  expect(made.code).toBe(0)
  const again = await startServing(restored)
  try {
    expect(again.token).toBe(server.token)
    expect((await again.bulk(line('before'))).items[0]?.['create']?.status).toBe(409)
    expect((await again.bulk(line('after'))).items[0]?.['create']?.status).toBe(201)
    const env = { VEDETTE_TOKEN: secret }
    const listed = await runCli(['rule', 'list', '--data', restored], { env })
    expect(listed.code).toBe(0)
    expect((await runCli(['audit', 'verify', '--data', restored])).code).toBe(0)
  } finally {
    await again.stop()
  }
})
