import { afterAll, beforeAll, expect, test } from 'vitest'
import { backtestPath, backtestLine, type WireBacktestLine } from '#api'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'

/** What the pages for events, rules, processes and hosts ask. */

let server: ServerUnderTest
const nowMs = Date.now()
const index = 'logs-endpoint.events.process-default'
const started = (name: string, entity: string, parent: string, more: object = {}) => ({
  index,
  id: `${entity}-${name}`,
  source: {
    '@timestamp': new Date(nowMs - 60_000 + entity.length * 1_000).toISOString(),
    event: { category: ['process'], type: ['start'], action: 'exec' },
    host: { name: 'edge', id: 'h-1', os: { type: 'linux', name: 'Debian' } },
    user: { name: 'deploy' },
    process: {
      name,
      executable: `/usr/bin/${name}`,
      args: [name, '-x'],
      entity_id: entity,
      pid: 7,
      parent: { entity_id: parent, name: 'shell', executable: '/bin/sh' },
    },
    ...more,
  },
})

beforeAll(async () => {
  server = await serverUnderTest()
  await server.store.events.append([
    started('bash', 'b', 'init'),
    started('curl', 'cc', 'b'),
    started('sh', 'cc', 'b', { '@timestamp': new Date(nowMs - 50_000).toISOString() }),
    started('id', 'ddd', 'cc', { message: 'x'.repeat(5_000) }),
  ])
})
afterAll(() => server.close())

test('events are asked for in three languages, and a wrong text is told with its place', async () => {
  const names = async (language: 'kuery' | 'lucene' | 'eql', query: string) =>
    (await server.client.searchEvents({ language, query })).events.map(({ id }) => id)
  expect(await names('kuery', 'process.name: id')).toEqual(['ddd-id'])
  expect(await names('lucene', 'process.name:id')).toEqual(['ddd-id'])
  expect(await names('eql', 'process where process.name == "id"')).toEqual(['ddd-id'])
  const both = 'sequence [process where process.name == "id"] [process where process.name == "sh"]'
  expect(await names('eql', both)).toHaveLength(2)
  await expect(names('kuery', 'process.name:')).rejects.toThrow(/\(at \d+\)/)
})

test('long texts can be cut in a list, and one event comes whole', async () => {
  const { events } = await server.client.searchEvents({ query: 'message: *', longest: 10 })
  expect(events[0]?.document['message']).toBe(`${'x'.repeat(10)}…`)
  const whole = await server.client.getEvent({ index, id: 'ddd-id' })
  expect(whole.document['message']).toBe('x'.repeat(5_000))
  await expect(server.client.getEvent({ index, id: 'no' })).rejects.toThrow('there is no event no')
})

test('a query is checked, and fields are told with how often they are there', async () => {
  const check = async (language: 'kuery' | 'eql' | 'esql', text: string) =>
    (await server.client.checkQuery({ body: { language, text } })).diagnostics
  expect(await check('kuery', 'process.name: id')).toEqual([])
  expect((await check('kuery', 'process.nam: id'))[0]).toMatchObject({
    code: 'kuery.unknown-field',
    patch: 'process.name',
  })
  expect((await check('eql', 'process where'))[0]?.severity).toBe('error')
  expect(await check('esql', 'FROM logs-* | WHERE process.name == "id"')).toEqual([])
  expect((await check('esql', 'FROM logs-* | WHERE'))[0]?.code).toBe('esql.unexpected')
  const { looked_at: lookedAt, fields } = await server.client.listFields({})
  expect(lookedAt).toBe(4)
  expect(fields.find(({ name }) => name === 'process.entity_id')?.share).toBe(1)
  expect(fields.find(({ name }) => name === 'message')?.share).toBe(0.25)
})

test('a process is told with what led to it, what came of it, and how common its program is', async () => {
  const tree = await server.client.getProcessTree({ id: 'cc' })
  expect(
    tree.processes.map(({ entity_id: id, depth, seen, name }) => [id, depth, seen, name]),
  ).toEqual([
    ['init', -2, false, 'shell'],
    ['b', -1, true, 'bash'],
    ['cc', 0, true, 'sh'],
    ['ddd', 1, true, 'id'],
  ])
  const own = tree.processes[2]
  expect(own?.programs.map(({ name }) => name)).toEqual(['curl', 'sh'])
  expect(own?.prevalence).toEqual({ events: 1, hosts: 1 })
  await expect(server.client.getProcessTree({ id: 'no' })).rejects.toThrow('names a process no')
})

test('a process that only its children name is told as not seen', async () => {
  const { processes } = await server.client.getProcessTree({ id: 'init' })
  expect(processes[0]).toMatchObject({ entity_id: 'init', seen: false, depth: 0 })
  expect(processes).toHaveLength(4)
})

test('a host is told by name and by id', async () => {
  const byName = await server.client.getHost({ id: 'edge' })
  expect(byName).toMatchObject({ name: 'edge', ids: ['h-1'], events: 4, more_streams: 0 })
  expect(byName.streams.map(({ index: each, events }) => [each, events])).toEqual([[index, 4]])
  expect(byName.users).toEqual([{ value: 'deploy', events: 4 }])
  expect((await server.client.getHost({ id: 'h-1' })).name).toBe('edge')
  await expect(server.client.getHost({ id: 'no' })).rejects.toThrow('names a host no')
})

const wire = {
  type: 'query',
  name: 'Id',
  description: 'd',
  risk_score: 1,
  severity: 'low',
  language: 'kuery',
  query: 'process.name: id',
  index: ['logs-*'],
}

test('a rule is made and changed; a change to an older text is refused and says so', async () => {
  const made = await server.client.createRule({ body: { rule: wire } })
  expect(made).toMatchObject({ enabled: false, revision: 0 })
  const change = (name: string, revision: number) =>
    server.client.replaceRule({ id: made.id, body: { rule: { ...wire, name }, revision } })
  expect((await change('Id 2', 0)).revision).toBe(1)
  await expect(change('Id 3', 0)).rejects.toThrow('it is at revision 1')
  expect((await server.client.getRule({ id: made.id })).rule['name']).toBe('Id 2')
  const wrong = { ...wire, query: 'process.name:' }
  await expect(server.client.createRule({ body: { rule: wrong } })).rejects.toThrow(
    'a value must follow',
  )
})

test('tests of a rule are run with the rule as it is', async () => {
  const made = await server.client.createRule({ body: { rule: wire } })
  const text = `index: ${index}
now: 2026-03-02T12:00:00Z
tests:
  - name: id alerts
    events: [{ at: -1m, process.name: id }]
    alerts: [{ process.name: id }]
  - name: ls alerts
    events: [{ at: -1m, process.name: ls }]
    alerts: [{ process.name: ls }]
`
  const { outcomes } = await server.client.testRule({ id: made.id, body: { text } })
  expect(outcomes.map(({ name, problems }) => [name, problems.length])).toEqual([
    ['id alerts', 0],
    ['ls alerts', 1],
  ])
})

const backtest = async (rule: object, more: object = {}): Promise<readonly WireBacktestLine[]> => {
  const from = new Date(nowMs - 3_600_000).toISOString()
  const answer = await server.ask(backtestPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rule, from, ...more }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  const lines = (await answer.text()).trim().split('\n')
  return lines.flatMap((line) => {
    const read = backtestLine.read(JSON.parse(line), '')
    if (!read.ok) throw new Error(JSON.stringify(read.error))
    return [read.value]
  })
}

test('a rule is executed over what is stored, line by line, and nothing of it stays', async () => {
  const lines = await backtest(wire)
  expect(lines.at(-1)).toMatchObject({ kind: 'end', matched: 1, summary: { alerts: 1 } })
  const told = lines.flatMap(({ alerts = [] }) => alerts)
  expect(told.map(({ host, reason }) => [host, reason])).toEqual([['edge', 'shell → id -x']])
  expect(await server.engine.alerts.count({})).toBe(0)
})

test('a backtest without matches says how many events there were', async () => {
  const lines = await backtest({ ...wire, query: 'process.name: never' })
  expect(lines.at(-1)).toMatchObject({ matched: 0, summary: { alerts: 0, looked_at: 4 } })
})

test('a rule that cannot run is told why, and a wrong time is refused', async () => {
  const [line] = await backtest({ ...wire, query: 'process.name:' })
  expect(line?.kind).toBe('refused')
  expect(line?.diagnostics?.[0]?.severity).toBe('error')
  await expect(backtest(wire, { to: '2001-01-01T00:00:00Z' })).rejects.toThrow('must be before to')
  await expect(backtest(wire, { from: 'then' })).rejects.toThrow('then is no ISO 8601 date')
})
