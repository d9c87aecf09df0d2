import { expect, test } from 'vitest'
import { windowNotesIn } from '../../execution/window-notes.ts'
import { benchOf, installedOf, minuteMs, noonMs, settled } from '../../detect.fixture.ts'

const rule = installedOf({
  type: 'threshold',
  threshold: { field: ['user.name'], value: 2 },
})

const at = (minutes: number) => noonMs + minutes * minuteMs

test('the first execution after a rule was off goes by the alerts made in its window, manual ones too', async () => {
  const bench = benchOf()
  await bench.add({ at: -2, user: { name: 'a' } }, { at: -1, user: { name: 'a' } })
  const manual = { startedAtMs: at(0), kind: 'manual' as const }
  expect((await bench.engine.executeOnce(rule, manual)).created).toBe(1)
  const first = await bench.engine.executeOnce(rule, { startedAtMs: at(1) })
  expect(first.created).toBe(0)
  const later = { startedAtMs: at(2), previousStartedAtMs: at(1) }
  expect((await bench.engine.executeOnce(rule, later)).created).toBe(1)
})

test('windows that catch up hand on what they told, and a group may alert in each', async () => {
  const bench = benchOf()
  await bench.clock.advanceTo(at(30))
  const events = [2, 3, 8, 9, 18, 19, 28, 29]
  await bench.add(...events.map((minute) => ({ at: minute, user: { name: 'a' } })))
  const late = { startedAtMs: at(30), previousStartedAtMs: at(10) }
  const record = await bench.engine.executeOnce(rule, late)
  expect(record.windows).toHaveLength(4)
  expect(record.created).toBe(3)
  const { items } = await bench.engine.alerts.list({})
  const ends = items.map(({ body }) => body['kibana.alert.original_time'])
  const expected = [9, 19, 29].map((minute) => new Date(at(minute)).toISOString())
  expect(new Set(ends)).toEqual(new Set(expected))
})

test('nothing is answered before the window ends', async () => {
  const bench = benchOf()
  const { engine } = bench
  await engine.rules.install({ ...rule.rule, enabled: true }, { user: 'test' })
  await engine.start()
  await settled(engine)
  engine.offer(await bench.add({ at: 0, user: { name: 'a' } }, { at: 0, user: { name: 'a' } }))
  await engine.idle()
  expect(await bench.alertIds()).toEqual([])
  await bench.advance(6)
  expect(await bench.alertIds()).toHaveLength(1)
  await engine.stop()
})

test('a document of very many groups is told of', async () => {
  const many = (name: string) => Array.from({ length: 700 }, (_, i) => `${name}${i}`)
  const bench = benchOf()
  await bench.add({ at: -1, first: many('a'), second: many('b') })
  const wide = installedOf({
    type: 'threshold',
    threshold: { field: ['first', 'second'], value: 1 },
    max_signals: 1,
  })
  const record = await bench.engine.executeOnce(wide, { startedAtMs: noonMs })
  expect(record.warnings.map(({ kind }) => kind)).toEqual(['too_many_combinations', 'max_alerts'])
  expect(record.created).toBe(1)
})

test('what is noted for a rule goes with the rule', async () => {
  const bench = benchOf()
  const { engine, store } = bench
  const { uuid } = await engine.rules.install(rule.rule, { user: 'test' })
  await bench.add({ at: -1, user: { name: 'a' } }, { at: -1, user: { name: 'a' } })
  const installed = await engine.rules.get(uuid)
  if (installed === undefined) throw new Error('the rule is installed')
  await engine.executeOnce(installed, { startedAtMs: noonMs })
  const notes = windowNotesIn(store.documents)
  expect(await notes.count()).toBe(1)
  await engine.rules.remove(uuid)
  expect(await notes.count()).toBe(0)
})
