import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

/** From an event to a receiver that is told of its alert, and what the server gives back of the settings: no secret. */

const rule = `
[rule]
rule_id = "n-1"
name = "Rule n-1"
description = "For a test."
type = "query"
language = "kuery"
query = 'process.name: curl'
severity = "high"
risk_score = 73
`

let folder: string
let server: RunningServer
const got: string[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', (piece: Buffer) => (body += piece.toString()))
  request.on('end', () => {
    got.push(body)
    response.end()
  })
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-notify-'))
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  server = await startServing(join(folder, 'data'))
})
afterAll(async () => {
  await server.stop()
  receiver.close()
  await rm(folder, { recursive: true, force: true })
})

test('an alert is told to a channel that was added by the command line, and no secret is given back', async () => {
  const address = receiver.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await writeFile(join(folder, 'url'), `http://127.0.0.1:${port}/s3cr3t\n`)
  const data = ['--data', join(folder, 'data')]
  const words = ['channel', 'add', 'soc', 'webhook', '--secret', `url=${join(folder, 'url')}`]
  const added = await runCli([...words, '--severity', 'high', ...data])
  expect([added.code, added.stderr]).toEqual([0, expect.stringContaining('soc is told')])
  expect((await runCli(['channel', 'test', 'soc', ...data])).code).toBe(0)
  expect(got[0]).toContain('Sample')

  await server.api.importRules({ body: { name: 'n.toml', text: rule } })
  await server.api.setRuleEnabled({ id: 'n-1', body: { enabled: true } })
  const event = {
    '@timestamp': new Date().toISOString(),
    event: { category: ['process'] },
    process: { name: 'curl' },
    host: { name: 'web-1' },
  }
  await server.bulk(
    `{"create":{"_index":"logs-endpoint.events.process-default"}}\n${JSON.stringify(event)}\n`,
  )
  await server.until(async () => got.some((body) => body.includes('Rule n-1 on web-1')))

  const { channels } = await server.api.listChannels({})
  expect(channels).toMatchObject([{ name: 'soc', settings: {}, secrets: ['url'] }])
  expect(JSON.stringify(channels) + server.stderr()).not.toContain('s3cr3t')
  expect(await readFile(join(folder, 'data/audit.ndjson'), 'utf8')).not.toContain('s3cr3t')
  const preview = await server.api.previewTemplate({ body: { template: '{{rule.name}}! {{odd}}' } })
  expect(preview.text).toBe('Rule n-1! {{odd}}')
  expect(preview.problems).toHaveLength(1)
})
