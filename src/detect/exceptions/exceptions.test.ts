import { expect, test } from 'vitest'
import { manualClock, silentLogger, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { exceptionItemFromWire } from '#rule'
import { memoryStore } from '#store'
import { benchOf, minuteMs, noonMs, ruleOf, type Bench } from '../detect.fixture.ts'
import { exceptionTally } from './exception-tally.ts'
import { reviewExceptions } from './review.ts'

const list = { id: 'l', list_id: 'l', type: 'detection', namespace_type: 'single' }

async function except(bench: Bench, members: JsonObject): Promise<void> {
  const { exceptions } = bench.engine
  await exceptions.putList({
    listId: 'l',
    name: 'l',
    type: 'detection',
    namespaceType: 'single',
    unknown: {},
  })
  const wire = { list_id: 'l', item_id: 'i', name: 'an item', ...members }
  const { value } = exceptionItemFromWire(wire)
  if (value === undefined) throw new Error('a test made a wrong item')
  await exceptions.putItem(value)
}

const isUser = (value: string) => [
  { field: 'user.name', type: 'match', operator: 'included', value },
]

function review(bench: Bench) {
  const { exceptions, rules, alerts } = bench.engine
  const nowMs = bench.clock.nowMs()
  return reviewExceptions({ exceptions, rules, alerts, fields: ecsCatalogue(), nowMs }, 'l')
}

test('an event that overlapping executions and the live path drop counts once', async () => {
  const bench = benchOf()
  await except(bench, { entries: isUser('ann') })
  const rule = ruleOf({ exceptions_list: [list] })
  const { uuid } = await bench.engine.rules.install(rule, { user: 'test' })
  await bench.engine.start()
  const [ann, bob] = await bench.add(
    { at: 0, user: { name: 'ann' } },
    { at: 0, user: { name: 'bob' } },
  )
  bench.engine.offer([ann, bob].filter((event) => event !== undefined))
  await bench.engine.idle()
  await bench.advance(12)
  expect(await bench.engine.exceptions.tally.of(['i'])).toEqual([
    {
      itemId: 'i',
      count: 1,
      firstMs: noonMs,
      lastMs: noonMs,
      lastEvent: { index: 'logs-test-default', id: ann?.id },
      lastRuleUuid: uuid,
    },
  ])
  await bench.engine.stop()
})

test('each item that matches counts, also one whose list no filter can hold, and history does not', async () => {
  const bench = benchOf()
  await bench.engine.exceptions.putValueList({ id: 'texts', type: 'text', values: ['the ann'] })
  await except(bench, { entries: isUser('ann') })
  await except(bench, {
    item_id: 'large',
    entries: [
      {
        field: 'user.name',
        type: 'list',
        operator: 'included',
        list: { id: 'texts', type: 'text' },
      },
    ],
  })
  await except(bench, { item_id: 'never', entries: isUser('carl') })
  await bench.add({ at: -1, user: { name: 'ann' } }, { at: -600, user: { name: 'ann' } })
  const installed = await bench.engine.rules.install(
    ruleOf({ exceptions_list: [list], enabled: false }),
    { user: 'test' },
  )
  const { rule } = installed
  await bench.engine.executeOnce(installed, { startedAtMs: noonMs })
  const historic = ruleOf({
    rule_id: 'historic',
    exceptions_list: [list],
    enabled: false,
    type: 'new_terms',
    new_terms_fields: ['user.name'],
    history_window_start: 'now-1d',
  })
  await bench.engine.executeOnce({ ...installed, rule: historic }, { startedAtMs: noonMs })
  const counts = await bench.engine.exceptions.tally.of(['i', 'large', 'never'])
  expect(counts.map(({ itemId, count }) => [itemId, count])).toEqual([
    ['i', 1],
    ['large', 1],
  ])
  expect(rule.exceptionsList).toHaveLength(1)
})

test('counts outlive the engine and are written together', async () => {
  const clock = manualClock(noonMs)
  const store = memoryStore({ clock })
  const { documents } = store
  const event = (id: string) => ({ index: 'x', id, source: {} })
  const first = exceptionTally(documents, { clock, logger: silentLogger })
  first.note('i', event('1'), 'rule')
  first.note('i', event('2'), 'rule')
  first.note('i', event('2'), 'other rule')
  first.settle()
  await first.flush()
  await clock.advanceTo(noonMs + minuteMs)
  const second = exceptionTally(documents, { clock, logger: silentLogger })
  second.note('i', event('3'), 'rule')
  expect(await second.of(['i', 'unknown'])).toMatchObject([
    { count: 3, firstMs: noonMs, lastMs: noonMs + minuteMs, lastEvent: { id: '3' } },
  ])
  await second.forget('i')
  expect(await second.of(['i'])).toEqual([])
})

test('a review tells items that match, never did, ran out, and hide what was real', async () => {
  const bench = benchOf()
  const installed = await bench.engine.rules.install(
    ruleOf({ exceptions_list: [list], enabled: false }),
    { user: 'test' },
  )
  await bench.add({ at: -2, user: { name: 'mallory' } })
  await bench.engine.executeOnce(installed, { startedAtMs: noonMs })
  const [alert] = await bench.alertIds()
  await bench.engine.alerts.changeStatus([alert ?? ''], {
    status: 'closed',
    reason: 'true_positive',
    atMs: noonMs,
  })
  await bench.add({ at: -1, user: { name: 'ann' } })
  await except(bench, {
    item_id: 'active',
    entries: isUser('ann'),
    created_at: '2026-03-01T12:00:00Z',
  })
  await except(bench, { item_id: 'hiding', entries: isUser('mallory') })
  await except(bench, { item_id: 'old', entries: isUser('x'), expire_time: '2026-01-01T00:00:00Z' })
  const missing = { id: 'no such list', type: 'keyword' }
  await except(bench, {
    item_id: 'broken',
    entries: [{ field: 'user.name', type: 'list', operator: 'included', list: missing }],
  })
  await bench.engine.executeOnce(installed, { startedAtMs: noonMs + 1 })
  const told = async () =>
    Object.fromEntries(
      (await review(bench)).items.map(({ item, verdict, truePositives }) => [
        item.itemId,
        [verdict, truePositives.length],
      ]),
    )
  expect(await told()).toEqual({
    active: ['active', 0],
    hiding: ['active', 1],
    old: ['expired', 0],
    broken: ['not-applied', 0],
  })
  await bench.clock.advanceTo(noonMs + 31 * 1_440 * minuteMs)
  expect((await told())['active']).toEqual(['stale', 0])
  expect((await review(bench)).rules.map(({ rule }) => rule.ruleId)).toEqual(['rule'])
})

test('value lists keep each value once, apart from lists with a like name, and go as a whole', async () => {
  const { engine } = benchOf()
  const { values } = engine.exceptions
  const at = new Date(noonMs).toISOString()
  const head = { name: 'n', description: 'd', type: 'keyword', unknown: {} } as const
  for (const id of ['a', 'a/b']) {
    await values.putHead({ ...head, id, createdAt: at, updatedAt: at })
  }
  expect(await values.add('a', ['1', '2', '1', ''])).toEqual({
    added: 2,
    existing: 1,
    refused: 1,
    refusedExamples: [''],
  })
  expect(await values.add('a', ['2', '3'])).toMatchObject({ added: 1, existing: 1 })
  await values.add('a/b', ['x'])
  expect((await values.load('a'))?.values.toSorted()).toEqual(['1', '2', '3'])
  expect(await values.count('a')).toBe(3)
  const first = await values.items('a', { limit: 2 })
  const rest = await values.items('a', {
    limit: 2,
    ...(first.next === undefined ? {} : { after: first.next }),
  })
  expect([...first.items, ...rest.items].map(({ value }) => value).toSorted()).toEqual([
    '1',
    '2',
    '3',
  ])
  await values.removeItem((await values.find('a', '2'))?.id ?? '')
  expect((await values.load('a'))?.values.toSorted()).toEqual(['1', '3'])
  expect(await values.remove('a')).toBe(true)
  expect(await values.load('a')).toBeUndefined()
  expect(await values.count('a')).toBe(0)
  expect((await values.load('a/b'))?.values).toEqual(['x'])
})
