import { expect, test } from 'vitest'
import type { SavedQuery } from '../../saved-queries.ts'
import { benchOf, installedOf, minuteMs, noonMs, ruleOf, settled } from '../../detect.fixture.ts'

const saved: SavedQuery = {
  id: 'q',
  title: 'Users',
  description: '',
  language: 'kuery',
  query: 'user.name: a',
  filters: [],
}

const members = { type: 'saved_query', saved_id: 'q', query: 'user.name: own' }

test('a saved query with its own filters comes before what the rule itself says', async () => {
  const bench = benchOf()
  const filters = [{ query: { match_phrase: { 'host.name': 'h' } }, meta: { disabled: false } }]
  await bench.engine.savedQueries.put({ ...saved, filters })
  await bench.add(
    { at: -1, user: { name: 'a' }, host: { name: 'h' } },
    { at: -1, user: { name: 'a' }, host: { name: 'other' } },
    { at: -1, user: { name: 'own' }, host: { name: 'h' } },
  )
  const record = await bench.engine.executeOnce(installedOf(members), { startedAtMs: noonMs })
  expect(record).toMatchObject({ created: 1, status: 'succeeded' })
})

test('each execution runs the query as it is saved then', async () => {
  const bench = benchOf()
  const { savedQueries } = bench.engine
  await bench.add({ at: -1, user: { name: 'a' } }, { at: -1, user: { name: 'b' } })
  await savedQueries.put(saved)
  const rule = installedOf({ ...members, query: null })
  expect((await bench.engine.executeOnce(rule, { startedAtMs: noonMs })).created).toBe(1)
  await savedQueries.put({ ...saved, query: 'user.name: b' })
  expect((await bench.engine.executeOnce(rule, { startedAtMs: noonMs })).created).toBe(1)
  expect(await savedQueries.remove('q')).toBe(true)
  expect(await bench.engine.executeOnce(rule, { startedAtMs: noonMs })).toMatchObject({
    status: 'failed',
    errors: [{ kind: 'not_runnable', message: expect.stringContaining('[q]') }],
  })
})

test('a text that no rule could run is not saved, and what is wrong with it is told', async () => {
  const { savedQueries } = benchOf().engine
  const put = await savedQueries.put({ ...saved, query: 'user.name: (a' })
  expect(put.ok ? [] : put.error.map(({ code }) => code)).toEqual(['kuery.unclosed-parenthesis'])
  expect(await savedQueries.list()).toEqual([])
})

test('events alert at once by the query that is saved, and by its successor after a change', async () => {
  const bench = benchOf()
  const { engine } = bench
  await engine.savedQueries.put(saved)
  await engine.rules.install(ruleOf(members), { user: 'test' })
  await bench.engine.start()
  await settled(engine)
  const offer = async (name: string) => {
    engine.offer(await bench.add({ at: 0, user: { name } }))
    await engine.idle()
    return (await bench.alertIds()).length
  }
  await bench.clock.advanceTo(noonMs + minuteMs / 2)
  expect(await offer('b')).toBe(0)
  expect(await offer('a')).toBe(1)
  await engine.savedQueries.put({ ...saved, query: 'user.name: b' })
  expect(await offer('a')).toBe(1)
  expect(await offer('b')).toBe(2)
  await engine.stop()
})
