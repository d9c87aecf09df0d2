import { afterEach, expect, test } from 'vitest'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

let under: ServerUnderTest
afterEach(() => under.close())

const event = (host: string, atMs: number): string =>
  JSON.stringify({ '@timestamp': new Date(atMs).toISOString(), host: { name: host } })

test('hosts are told by their last event, the longest silent first, and what came in by its minute', async () => {
  under = await serverUnderTest()
  const nowMs = Date.now()
  const lines = [event('quick', nowMs), event('slow', nowMs - 7_200_000), event('quick', nowMs - 9)]
  const body = lines.map((line) => `{"create":{"_index":"logs-x"}}\n${line}\n`).join('')
  await under.ask('/_bulk', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  const report = await under.client.getHealthReport({})
  expect(report.hosts).toEqual([
    { host: 'slow', events: 1, last_at: new Date(nowMs - 7_200_000).toISOString() },
    { host: 'quick', events: 2, last_at: new Date(nowMs).toISOString() },
  ])
  expect(report.ingest.reduce((sum, { events }) => sum + events, 0)).toBe(3)
  expect(report).toMatchObject({ executions: { looked_at: 0 }, late: [], capped: [], failed: [] })
})
