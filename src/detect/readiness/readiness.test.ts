import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { benchOf, noonMs, ruleOf, type Bench } from '../detect.fixture.ts'
import type { DataSource, RuleReadiness } from './readiness.ts'

async function readinessOf(
  bench: Bench,
  members: JsonObject,
  sources: readonly DataSource[] = [],
): Promise<RuleReadiness> {
  const [found] = await bench.engine.readinessOf([ruleOf(members)], sources)
  if (found === undefined) throw new Error('no answer')
  return found
}

/** Verdict and reasons in one text. */
function told({ verdict, reasons }: RuleReadiness): string {
  return [verdict, ...reasons.map(({ message }) => message)].join(' | ')
}

async function processEvents(): Promise<Bench> {
  const bench = benchOf()
  await bench.add(
    { at: -1, event: { category: ['process'], kind: 'event' }, process: { name: 'sh' } },
    { at: -2, event: { category: ['process'] }, user: { name: 'root', id: '0' } },
  )
  return bench
}

const where = 'in logs-test-default'

test.each<[members: JsonObject, answer: string]>([
  [{ query: 'process.name: sh' }, 'could-fire'],
  [{ query: 'process.name: never-seen' }, 'could-fire'],
  [{ query: 'not file.path: *' }, 'could-fire'],
  [{ query: 'file.path: *' }, `cannot-fire | no event ${where} has file.path`],
  [
    { query: 'file.path: /etc/* or file.name: passwd' },
    `cannot-fire | no event ${where} has file.name or file.path`,
  ],
  [{ query: 'file.path: /etc/* or process.name: sh' }, 'could-fire'],
  [
    { query: 'event.category: (network or file) and process.name: sh' },
    `cannot-fire | no event ${where} has event.category: file or network`,
  ],
  [
    { query: 'event.dataset: auditd and event.module: auditd' },
    `cannot-fire | no event ${where} has event.dataset | no event ${where} has event.module`,
  ],
  [
    { query: '(file.path: a and file.name: b and dns.id: c) or event.category: file' },
    `cannot-fire | no event ${where} has event.category: file; other ways to match its query lack more`,
  ],
  [
    { index: ['logs-none-*', 'winlogbeat-*'] },
    'cannot-fire | there are no events in logs-none-* or winlogbeat-*',
  ],
  [{ query: 'process.name: sh', timestamp_override: 'event.ingested' }, 'could-fire'],
  [
    {
      query: 'process.name: sh',
      timestamp_override: 'event.ingested',
      timestamp_override_fallback_disabled: true,
    },
    `cannot-fire | no event ${where} has event.ingested`,
  ],
  [{ data_view_id: 'mine' }, 'cannot-fire | there is no data view mine'],
  [
    { type: 'threshold', query: '*', threshold: { field: ['host.name'], value: 2 } },
    `cannot-fire | no event ${where} has host.name`,
  ],
  [
    {
      type: 'threshold',
      query: '*',
      threshold: { field: [], value: 2, cardinality: [{ field: 'source.ip', value: 3 }] },
    },
    `cannot-fire | no event ${where} has source.ip`,
  ],
  [
    { type: 'saved_query', saved_id: 'gone', query: null },
    'cannot-fire | there is no saved query [gone], and the rule has no query of its own to run instead',
  ],
  [
    { type: 'machine_learning', machine_learning_job_id: 'rare_process', anomaly_threshold: 50 },
    'cannot-fire | rule type machine_learning does not run in this version',
  ],
  [{ query: 'process.name: (sh' }, expect.stringMatching(/^cannot-fire \| the "\(" at offset 14/)],
  [
    {
      query: 'process.name: sh',
      required_fields: [
        { name: 'process.name', type: 'keyword', ecs: true },
        { name: 'process.thread.id', type: 'long', ecs: true },
      ],
    },
    `could-fire | its required_fields name process.thread.id, which no event ${where} has`,
  ],
  [{ query: '_index: logs-test-default and process.name: sh' }, 'could-fire'],
])('of %j it is said: %s', async (members, answer) => {
  expect(told(await readinessOf(await processEvents(), members))).toEqual(answer)
})

test('what different indices lack is told of each', async () => {
  const bench = await processEvents()
  await bench.store.events.append([
    {
      index: 'logs-other-default',
      source: { '@timestamp': new Date(noonMs).toISOString(), file: { path: '/a' } },
    },
  ])
  const { reasons, indices } = await readinessOf(bench, {
    query: 'process.name: sh and file.path: *',
  })
  expect(indices).toEqual(['logs-other-default', 'logs-test-default'])
  expect(reasons.map(({ code, fields, indices: lacking }) => [code, fields, lacking])).toEqual([
    ['readiness.field-never-present', ['process.name'], ['logs-other-default']],
    ['readiness.field-never-present', ['file.path'], ['logs-test-default']],
  ])
})

test('a rule without data names the integrations to install and the patterns that mean nothing', async () => {
  const readiness = await readinessOf(benchOf(), {
    index: ['logs-aws.cloudtrail-*,filebeat-*'],
    related_integrations: [{ package: 'aws', integration: 'cloudtrail', version: '^2.0.0' }],
  })
  expect(readiness).toMatchObject({
    verdict: 'cannot-fire',
    reasons: [{ help: expect.stringContaining('aws/cloudtrail ^2.0.0') }],
    patternsWithoutData: ['logs-aws.cloudtrail-*', 'filebeat-*'],
  })
})

test('new terms learn until the events reach back as far as their history', async () => {
  const bench = await processEvents()
  const members = {
    type: 'new_terms',
    query: '*',
    new_terms_fields: ['process.name'],
    history_window_start: 'now-7d',
  }
  expect(await readinessOf(bench, members)).toMatchObject({
    verdict: 'learning',
    learnsUntilMs: noonMs + 7 * 86_400_000 - 2 * 60_000,
  })
  await bench.add({ at: -8 * 1_440 })
  expect((await readinessOf(bench, members)).verdict).toBe('could-fire')
})

test('a rule that compares with indicators needs one that is still valid', async () => {
  const bench = benchOf()
  await bench.add({ at: -1, source: { ip: '192.0.2.1' } })
  const members = {
    type: 'threat_match',
    query: '*',
    threat_query: '*',
    threat_index: ['logs-ti_*'],
    threat_mapping: [
      { entries: [{ field: 'source.ip', type: 'mapping', value: 'threat.indicator.ip' }] },
    ],
  }
  const indicator = (until: string) => ({
    index: 'logs-ti_list-default',
    source: {
      '@timestamp': new Date(noonMs).toISOString(),
      threat: { indicator: { ip: '192.0.2.1' } },
      vedette: { indicator: { valid_until: until } },
    },
  })
  expect(told(await readinessOf(bench, members))).toMatch(
    /^cannot-fire \| no indicator in logs-ti_\*/,
  )
  await bench.store.events.append([indicator('2026-01-01T00:00:00Z')])
  expect(told(await readinessOf(bench, members))).toMatch(/^cannot-fire \| no indicator/)
  await bench.store.events.append([indicator('2027-01-01T00:00:00Z')])
  expect(told(await readinessOf(bench, members))).toBe('could-fire')
})

test('a source that is off is told where there is no data, one that is half blind makes doubtful what there is', async () => {
  const off = {
    title: 'the sensor',
    indices: ['logs-test-default'],
    problem: 'it is off',
    isSilent: true,
    help: 'start it',
  }
  const elsewhere = { ...off, indices: ['metrics-x-default'] }
  const empty = await readinessOf(benchOf(), {}, [off, elsewhere])
  expect(told(empty)).toBe(
    'cannot-fire | there are no events in logs-* | the sensor, which writes logs-test-default: it is off',
  )
  const bench = await processEvents()
  expect(told(await readinessOf(bench, {}, [off]))).toBe('could-fire')
  const blind = { ...off, isSilent: false, problem: 'it misses short lives' }
  const filled = await readinessOf(bench, {}, [blind])
  expect(told(filled)).toMatch(/^could-fire \| the sensor, .*: it misses short lives$/)
  expect(filled.reasons[0]).toMatchObject({ weight: 'doubt', help: 'start it' })
})

test('events that stopped coming make a rule doubtful', async () => {
  const bench = benchOf()
  await bench.add({ at: -3 * 1_440 })
  expect(told(await readinessOf(bench, {}))).toBe(
    'could-fire | its newest event is of 2026-02-27T12:00:00.000Z, more than a day ago',
  )
})

test('a rule on alerts can fire once there is one', async () => {
  const bench = await processEvents()
  const onAlerts = {
    index: ['.alerts-security.*'],
    query: 'kibana.alert.rule.name: * and event.kind: signal',
  }
  expect((await readinessOf(bench, onAlerts)).verdict).toBe('cannot-fire')
  await bench.engine.rules.install(ruleOf({ query: 'process.name: sh' }), { user: 'test' })
  await bench.engine.start()
  await bench.advance(6)
  await bench.engine.stop()
  expect(await bench.alertIds()).toHaveLength(1)
  expect((await readinessOf(bench, onAlerts)).verdict).toBe('could-fire')
})
