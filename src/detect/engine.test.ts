import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { exceptionItemFromWire } from '#rule'
import {
  benchOf,
  installedOf,
  minuteMs,
  noonMs,
  ruleOf,
  settled,
  type Bench,
} from './detect.fixture.ts'

const origin = { user: 'ann' }

async function run(bench: Bench, members: JsonObject, atMinutes = 0) {
  return bench.engine.executeOnce(installedOf(members), {
    startedAtMs: noonMs + atMinutes * minuteMs,
  })
}

async function bodiesOf(bench: Bench): Promise<readonly JsonObject[]> {
  const { items } = await bench.engine.alerts.list({ direction: 'asc' })
  return items.map(({ body }) => body)
}

async function except(bench: Bench, item: JsonObject): Promise<void> {
  await bench.engine.exceptions.putList({
    listId: 'list',
    name: 'list',
    type: 'detection',
    namespaceType: 'single',
    unknown: {},
  })
  const { value } = exceptionItemFromWire({
    list_id: 'list',
    item_id: 'i',
    name: 'an item',
    ...item,
  })
  if (value === undefined) throw new Error('the item could not be read')
  await bench.engine.exceptions.putItem(value)
}

const excepting = {
  exceptions_list: [{ id: 'l', list_id: 'list', type: 'detection', namespace_type: 'single' }],
}

test('a rule of a type that does not run fails with the reason, and no alert', async () => {
  const bench = benchOf()
  await bench.add({ at: 0 })
  const record = await run(bench, {
    type: 'machine_learning',
    machine_learning_job_id: 'rare_process',
    anomaly_threshold: 50,
  })
  expect(record).toMatchObject({
    status: 'failed',
    created: 0,
    errors: [
      { kind: 'not_runnable', message: 'rule type machine_learning does not run in this version' },
    ],
  })
})

test('without any index the execution is a partial failure that read nothing', async () => {
  const record = await run(benchOf(), {})
  expect(record).toMatchObject({ status: 'partial failure', searches: [] })
  expect(record.warnings.map(({ kind }) => kind)).toEqual(['no_matching_index'])
})

test('a data view that is not there fails the execution', async () => {
  const bench = benchOf()
  await bench.add({ at: 0 })
  const failed = await run(bench, { data_view_id: 'gone' })
  expect(failed.errors.map(({ kind }) => kind)).toEqual(['data_view_not_found'])
  const known = benchOf({ dataViews: { mine: ['logs-*'] } }, bench)
  expect(await run(known, { data_view_id: 'mine', index: ['other-*'] })).toMatchObject({
    created: 1,
  })
})

test('an unreadable history start fails the execution and names the member', async () => {
  const bench = benchOf()
  await bench.add({ at: 0 })
  const newTerms = { type: 'new_terms', new_terms_fields: ['host.name'] }
  const late = await run(bench, { ...newTerms, history_window_start: 'now-9m' })
  expect(late).toMatchObject({ status: 'failed', errors: [{ kind: 'history_window' }] })
  expect(late.errors[0]?.message).toContain('history_window_start')
})

test('an exception counts until its time has run out, and not from then on', async () => {
  const bench = benchOf()
  await bench.add({ at: -1, user: { name: 'ann' } })
  const entries = [{ field: 'user.name', type: 'match', operator: 'included', value: 'ann' }]
  await except(bench, { entries, expire_time: new Date(noonMs).toISOString() })
  expect(await run(bench, excepting)).toMatchObject({ created: 0 })
  expect(await run(bench, excepting, 1)).toMatchObject({ created: 1 })
})

test('a list too large for a filter excepts events of query rules, and is told of for new terms', async () => {
  const bench = benchOf()
  await bench.add({ at: -2, user: { name: 'user-7' } }, { at: -1, user: { name: 'stranger' } })
  const list = { id: 'users', type: 'keyword' } as const
  await except(bench, {
    entries: [{ field: 'user.name', type: 'list', operator: 'included', list }],
  })
  const values = Array.from({ length: 70_000 }, (_, i) => `user-${i}`)
  await bench.engine.exceptions.putValueList({ ...list, values })
  const query = await run(bench, excepting)
  expect(query).toMatchObject({ created: 1, warnings: [] })
  expect((await bodiesOf(bench))[0]?.['user']).toEqual({ name: 'stranger' })
  const newTerms = {
    type: 'new_terms',
    new_terms_fields: ['user.name'],
    history_window_start: 'now-1d',
  }
  const told = await run(bench, { ...excepting, ...newTerms })
  expect(told.created).toBe(2)
  expect(told.warnings).toMatchObject([
    { kind: 'exceptions_not_applied', message: expect.stringContaining('an item') },
  ])
})

test('a list of full texts excepts values whose words all stand in one of its texts', async () => {
  const bench = benchOf()
  await bench.add({ at: -2, message: 'Disk FULL' }, { at: -1, message: 'disk fine' })
  const list = { id: 'texts', type: 'text' } as const
  await except(bench, { entries: [{ field: 'message', type: 'list', operator: 'included', list }] })
  await bench.engine.exceptions.putValueList({ ...list, values: ['the disk is full', 'fine'] })
  await run(bench, excepting)
  expect((await bodiesOf(bench)).map((body) => body['message'])).toEqual(['disk fine'])
})

test('items of the endpoint list are left to the endpoint', async () => {
  const bench = benchOf()
  await bench.add({ at: -1 })
  const lists = [
    { id: 'e', list_id: 'endpoint_list', type: 'endpoint', namespace_type: 'agnostic' },
  ]
  await except(bench, { entries: [{ field: '@timestamp', type: 'exists', operator: 'included' }] })
  expect(await run(bench, { exceptions_list: lists })).toMatchObject({ created: 1 })
})

test('a rule that reads alerts makes alerts on other rules’ alerts, and none on its own', async () => {
  const bench = benchOf()
  await bench.add({ at: -1, host: { name: 'web-1' } })
  await run(bench, { rule_id: 'first', name: 'First' })
  const second = {
    rule_id: 'second',
    name: 'Second',
    index: ['.alerts-security.alerts-default'],
    query: 'kibana.alert.rule.name: *',
    to: 'now+1m',
  }
  expect(await run(bench, second)).toMatchObject({ created: 1, warnings: [] })
  expect(await run(bench, second)).toMatchObject({ created: 0 })
  const [own, other] = (await bodiesOf(bench)).toSorted(
    (a, b) => Number(a['kibana.alert.depth']) - Number(b['kibana.alert.depth']),
  )
  expect(other).toMatchObject({
    'kibana.alert.depth': 2,
    'kibana.alert.original_event.kind': 'signal',
    'event.kind': 'signal',
    'kibana.alert.ancestors': [
      { type: 'event', depth: 0 },
      { type: 'signal', depth: 1, id: own?.['kibana.alert.uuid'], rule: 'uuid of first' },
    ],
  })
})

test('a manual run tells when it was meant for, and repeating it adds nothing', async () => {
  const bench = benchOf()
  const { uuid } = await bench.engine.rules.install(ruleOf({}), origin)
  await bench.add({ at: -30 })
  const stretch = { startMs: noonMs - 34 * minuteMs, endMs: noonMs - 29 * minuteMs }
  await bench.engine.start()
  await settled(bench.engine)
  const rule = await bench.engine.rules.get(uuid)
  const ask = async (): Promise<unknown> => {
    if (rule === undefined) throw new Error('the rule is gone')
    const { id } = await bench.engine.manualRuns.ask(rule, { ...stretch, by: 'ann' })
    await bench.engine.idle()
    return bench.engine.manualRuns.get(id)
  }
  expect(await ask()).toMatchObject({
    state: 'finished',
    askedBy: 'ann',
    executions: { planned: 1, done: 1, failed: 0, created: 1 },
  })
  const [alert] = await bodiesOf(bench)
  expect(alert).toMatchObject({
    '@timestamp': new Date(noonMs).toISOString(),
    'kibana.alert.intended_timestamp': new Date(noonMs - 29 * minuteMs).toISOString(),
    'kibana.alert.rule.execution.type': 'manual',
  })
  expect(await ask()).toMatchObject({ state: 'finished', executions: { created: 0 } })
  await bench.engine.stop()
})

test('alerts move through their statuses; repeating is no change, and a stale version is a conflict', async () => {
  const bench = benchOf()
  await bench.add({ at: -1 })
  await run(bench, {})
  const { alerts } = bench.engine
  const [id = ''] = await bench.alertIds()
  const acknowledge = { status: 'acknowledged', atMs: noonMs, user: 'ann' } as const
  expect(await alerts.changeStatus([id, id, 'nobody'], acknowledge)).toEqual([
    { id, result: 'changed', version: 2 },
    { id: 'nobody', result: 'not-found' },
  ])
  expect(await alerts.changeStatus([id], acknowledge)).toEqual([
    { id, result: 'unchanged', version: 2 },
  ])
  const close = { status: 'closed', atMs: noonMs, reason: 'benign' } as const
  await expect(alerts.changeStatusOf(id, 1, close)).rejects.toMatchObject({ kind: 'conflict' })
  expect((await alerts.changeStatusOf(id, 2, close)).version).toBe(3)
  expect(await alerts.count({ status: ['closed'] })).toBe(1)
  expect((await alerts.list({ status: ['open'] })).items).toEqual([])
})

test('a changed rule keeps its identity and raises its revision; on and off does not', async () => {
  const { engine } = benchOf()
  const first = await engine.rules.install(ruleOf({}), origin)
  await expect(engine.rules.install(ruleOf({}), origin)).rejects.toMatchObject({ kind: 'conflict' })
  const changed = await engine.rules.update(first.uuid, ruleOf({ risk_score: 99 }), origin)
  expect(changed).toMatchObject({ uuid: first.uuid, revision: 1 })
  expect(await engine.rules.update(first.uuid, changed.rule, origin)).toEqual(changed)
  const off = await engine.rules.setEnabled(first.uuid, false, { user: 'bob' })
  expect(off).toMatchObject({ revision: 1, updatedBy: 'bob' })
  expect(await engine.rules.get(first.uuid)).toEqual(off)
  expect(await engine.rules.remove(first.uuid)).toBe(true)
  expect(await engine.rules.list()).toEqual([])
})

test('an exception added while the engine runs counts for the very next event', async () => {
  const bench = benchOf()
  await bench.engine.rules.install(ruleOf(excepting), origin)
  await bench.engine.start()
  await settled(bench.engine)
  const event = { at: 0, user: { name: 'ann' } }
  bench.engine.offer(await bench.add(event))
  await bench.engine.idle()
  expect(await bench.alertIds()).toHaveLength(1)
  const entries = [{ field: 'user.name', type: 'match', operator: 'included', value: 'ann' }]
  await except(bench, { entries })
  bench.engine.offer(await bench.add(event))
  await bench.engine.idle()
  expect(await bench.alertIds()).toHaveLength(1)
  await bench.engine.stop()
})

test('a listener that throws keeps nobody else from hearing of an alert', async () => {
  const bench = benchOf()
  await bench.add({ at: -1 })
  const heard: string[] = []
  bench.engine.onAlert(() => {
    throw new Error('deaf')
  })
  bench.engine.onAlert((alerts) => heard.push(...alerts.map(({ id }) => id)))
  await run(bench, {})
  expect(heard).toEqual(await bench.alertIds())
})

test('events told one by one because they lack the group field are counted as created', async () => {
  const bench = benchOf()
  await bench.add({ at: -2 }, { at: -1 })
  const record = await run(bench, {
    alert_suppression: { group_by: ['no.such'], missing_fields_strategy: 'doNotSuppress' },
  })
  expect(record.created).toBe(2)
  expect(await bench.alertIds()).toHaveLength(2)
})
