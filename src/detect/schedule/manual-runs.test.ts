import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import type { InstalledRule } from '#rule'
import { benchOf, minuteMs, noonMs, ruleOf, settled, type Bench } from '../detect.fixture.ts'
import { gapStateOf } from './gaps.ts'

const origin = { user: 'test' }
const by = 'ann'

/** An engine that slept from 12:10 to 14:00, with an event every ten minutes. */
async function afterAbsence(...rules: readonly JsonObject[]): Promise<Bench> {
  const before = benchOf()
  await before.add(...Array.from({ length: 12 }, (_, n) => ({ at: n * 10 })))
  for (const [n, members] of rules.entries()) {
    const name = `rule ${n}`
    await before.engine.rules.install(ruleOf({ rule_id: name, name, ...members }), origin)
  }
  await before.engine.start()
  await settled(before.engine)
  await before.advance(10)
  await before.engine.stop()
  await before.clock.advanceTo(noonMs + 120 * minuteMs)
  return started(before)
}

async function started(before: Bench): Promise<Bench> {
  const bench = benchOf({}, before)
  await bench.engine.start()
  await settled(bench.engine)
  return bench
}

async function ruleIn({ engine }: Bench, ruleId = 'rule 0'): Promise<InstalledRule> {
  const rule = await engine.rules.byRuleId(ruleId)
  if (rule === undefined) throw new Error(`${ruleId} is not installed`)
  return rule
}

/** What is uncovered, in minutes after noon, rounded. */
async function uncoveredIn({ engine }: Bench): Promise<readonly (readonly number[])[]> {
  const gaps = await engine.gaps.list({ openOnly: true })
  const minutes = (ms: number) => Math.round((ms - noonMs) / minuteMs)
  return gaps.flatMap(({ uncovered }) =>
    uncovered.map(({ fromMs, toMs }) => [minutes(fromMs), minutes(toMs)]),
  )
}

async function runIn({ engine }: Bench, id: string | undefined) {
  return engine.manualRuns.get(id ?? '')
}

test('a gap is what the execution after an absence tells, and is listed until it is filled', async () => {
  const bench = await afterAbsence({})
  const [gap] = await bench.engine.gaps.list()
  const latest = await bench.engine.executions.latestOf((await ruleIn(bench)).uuid)
  if (gap === undefined) throw new Error('there is a gap')
  expect(gapStateOf(gap)).toBe('unfilled')
  expect(latest?.gap).toEqual({
    from: new Date(gap.fromMs).toISOString(),
    to: new Date(gap.toMs).toISOString(),
  })
  expect(gap.executionUuid).toBe(latest?.uuid)
  expect(latest?.errors[0]?.message).toMatch('vedette rule fill rule 0')
  const half = (gap.fromMs + gap.toMs) / 2
  const first = await bench.engine.manualRuns.fillGaps({ within: { fromMs: 0, toMs: half }, by })
  await bench.engine.idle()
  expect(await runIn(bench, first.runs[0]?.id)).toMatchObject({
    state: 'finished',
    purpose: 'fill',
    executions: { done: first.runs[0]?.executions.planned, failed: 0 },
  })
  const [left] = await bench.engine.gaps.list()
  if (left === undefined) throw new Error('the gap is still listed')
  expect(gapStateOf(left)).toBe('partially filled')
  expect(left.uncovered[0]?.fromMs).toBeGreaterThanOrEqual(half)
  await bench.engine.manualRuns.fillGaps({ by })
  await bench.engine.idle()
  expect((await bench.engine.gaps.list()).map(gapStateOf)).toEqual(['filled'])
  expect(await bench.engine.gaps.list({ openOnly: true })).toEqual([])
  expect(await bench.alertIds()).toHaveLength(12)
  expect((await bench.engine.manualRuns.fillGaps({ by })).runs).toEqual([])
  await bench.engine.stop()
})

test('the executions of a fill are those that were due, each made once, oldest first', async () => {
  const before = await afterAbsence({})
  await before.engine.stop()
  const ends: number[] = []
  const events: typeof before.store.events = {
    ...before.store.events,
    search: (request) => {
      ends.push(request.time?.toMs ?? 0)
      return before.store.events.search(request)
    },
  }
  // Windows that are searched for: what reads only what is known to match tells less.
  const bench = benchOf({ keepsPostings: false }, { ...before, store: { ...before.store, events } })
  const { runs } = await bench.engine.manualRuns.fillGaps({ by })
  const latest = await bench.engine.executions.latestOf((await ruleIn(bench)).uuid)
  const dueMs = Date.parse(latest?.startedAt ?? '')
  await bench.engine.start()
  await bench.engine.idle()
  expect(ends.length).toBe(runs[0]?.executions.planned)
  expect(ends.map((ms) => (dueMs - ms) % (5 * minuteMs))).toEqual(ends.map(() => 0))
  expect(ends).toEqual([...new Set(ends)].toSorted((a, b) => a - b))
  await bench.engine.stop()
})

test('one request fills the gaps of all rules, and asking twice fills them once', async () => {
  const bench = await afterAbsence({}, {}, {})
  const first = await bench.engine.manualRuns.fillGaps({ by })
  const second = await bench.engine.manualRuns.fillGaps({ by })
  expect(first.runs.map(({ ruleId }) => ruleId).toSorted()).toEqual(['rule 0', 'rule 1', 'rule 2'])
  expect(second.runs).toEqual([])
  await bench.engine.idle()
  expect(await uncoveredIn(bench)).toEqual([])
  expect(await bench.alertIds()).toHaveLength(36)
  await bench.engine.stop()
})

test('a manual run over a gap fills it, and one beside it does not', async () => {
  const bench = await afterAbsence({})
  const [[from = 0, to = 0] = []] = await uncoveredIn(bench)
  const rule = await ruleIn(bench)
  const at = (minutes: number) => noonMs + minutes * minuteMs
  await bench.engine.manualRuns.ask(rule, { startMs: at(-60), endMs: at(-30), by })
  await bench.engine.idle()
  expect(await uncoveredIn(bench)).toEqual([[from, to]])
  await bench.engine.manualRuns.ask(rule, { startMs: at(40), endMs: at(60), by })
  await bench.engine.idle()
  // The first execution starts at 45 and looks nine minutes back.
  expect(await uncoveredIn(bench)).toEqual([
    [from, 36],
    [60, to],
  ])
  await bench.engine.stop()
})

test('a canceled run ends after its execution at hand, and what it did stays done', async () => {
  const bench = await afterAbsence({}, {}, {})
  const { runs } = await bench.engine.manualRuns.fillGaps({ by })
  const [first, , third] = runs
  for (const run of [first, third]) await bench.engine.manualRuns.cancel(run?.id ?? '')
  await bench.engine.idle()
  expect(await runIn(bench, third?.id)).toMatchObject({
    state: 'canceled',
    executions: { done: 0 },
  })
  expect(await runIn(bench, first?.id)).toMatchObject({ state: 'canceled' })
  const done = (await runIn(bench, first?.id))?.executions.done ?? 0
  expect(done).toBeLessThan(first?.executions.planned ?? 0)
  expect(await bench.engine.manualRuns.cancel(runs[1]?.id ?? '')).toMatchObject({
    state: 'finished',
  })
  expect(await bench.engine.manualRuns.cancel('nobody')).toBeUndefined()
  // What was not done can be asked for again.
  await bench.engine.manualRuns.fillGaps({ by })
  await bench.engine.idle()
  expect(await uncoveredIn(bench)).toEqual([])
  await bench.engine.stop()
})

test('a rule that is off is not run over past time, and its gaps say why they are left', async () => {
  const bench = await afterAbsence({}, {})
  const rule = await ruleIn(bench)
  await bench.engine.rules.setEnabled(rule.uuid, false, origin)
  const off = await ruleIn(bench)
  const stretch = { startMs: noonMs, endMs: noonMs + minuteMs, by }
  await expect(bench.engine.manualRuns.ask(off, stretch)).rejects.toMatchObject({
    kind: 'conflict',
    message: 'rule rule 0 is off: only rules that are on run over past time',
  })
  const { runs, left } = await bench.engine.manualRuns.fillGaps({ by })
  expect(runs.map(({ ruleId }) => ruleId)).toEqual(['rule 1'])
  expect(left.map(({ rule: each, reason }) => [each.rule.ruleId, reason])).toEqual([
    ['rule 0', 'rule rule 0 is off: only rules that are on run over past time'],
  ])
  await bench.engine.stop()
})

test('a rule that is switched off or removed in the middle of its run ends it', async () => {
  const bench = await afterAbsence({}, {})
  const { runs } = await bench.engine.manualRuns.fillGaps({ by })
  await bench.engine.rules.setEnabled((await ruleIn(bench, 'rule 0')).uuid, false, origin)
  await bench.engine.rules.remove((await ruleIn(bench, 'rule 1')).uuid)
  await bench.engine.idle()
  for (const { id } of runs) {
    expect(await runIn(bench, id)).toMatchObject({
      state: 'canceled',
      reason: 'the rule was switched off or removed',
    })
  }
  expect((await bench.engine.gaps.list()).map(({ ruleId }) => ruleId)).toEqual(['rule 0'])
  await bench.engine.stop()
})

test('a stretch that ends before it starts, lies ahead, or further back than 90 days is refused', async () => {
  const bench = await afterAbsence({})
  const rule = await ruleIn(bench)
  const day = 24 * 60 * minuteMs
  const ask = (startMs: number, endMs: number) =>
    bench.engine.manualRuns.ask(rule, { startMs, endMs, by })
  await expect(ask(noonMs, noonMs)).rejects.toThrow('a manual run ends after it starts')
  await expect(ask(noonMs, noonMs + day)).rejects.toThrow('over time that has passed')
  await expect(ask(noonMs - 91 * day, noonMs)).rejects.toThrow('reaches back 90 days at most')
  await bench.engine.stop()
})

test('a clock that jumps in the middle of a fill changes nothing of it', async () => {
  for (const toMinutes of [60, 600]) {
    const before = await afterAbsence({})
    const { runs } = await before.engine.manualRuns.fillGaps({ by })
    await before.engine.stop()
    const clock = { ...before.clock, nowMs: () => noonMs + toMinutes * minuteMs }
    const bench = await started({ ...before, clock })
    await bench.engine.idle()
    expect(await runIn(bench, runs[0]?.id)).toMatchObject({
      state: 'finished',
      executions: { done: runs[0]?.executions.planned, failed: 0 },
    })
    const ids = new Set(await bench.alertIds())
    expect(ids.size).toBe(12)
    await bench.engine.stop()
  }
})

test('time in which a rule that is on could not run is a gap once it can', async () => {
  const bench = benchOf()
  const members = { type: 'saved_query', saved_id: 'mine', query: null }
  const saved = { id: 'mine', title: '', description: '', language: 'kuery', filters: [] } as const
  await bench.engine.savedQueries.put({ ...saved, query: '*' })
  await bench.engine.rules.install(ruleOf({ rule_id: 'rule 0', ...members }), origin)
  await bench.engine.start()
  await bench.advance(10)
  await bench.engine.savedQueries.remove('mine')
  await bench.add({ at: 30 })
  await bench.advance(90)
  const rule = await ruleIn(bench)
  expect(await bench.engine.executions.latestOf(rule.uuid)).toMatchObject({
    status: 'failed',
    windows: [],
    gap: null,
  })
  expect(await bench.engine.gaps.list()).toEqual([])
  const { id } = await bench.engine.manualRuns.ask(rule, {
    startMs: noonMs + 20 * minuteMs,
    endMs: noonMs + 60 * minuteMs,
    by,
  })
  await bench.engine.idle()
  expect(await runIn(bench, id)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('mine'),
    executions: { planned: 8, done: 1, failed: 1 },
  })
  await bench.engine.savedQueries.put({ ...saved, query: '*' })
  await bench.advance(96)
  expect(await uncoveredIn(bench)).toHaveLength(1)
  await bench.engine.manualRuns.fillGaps({ by })
  await bench.engine.idle()
  expect(await uncoveredIn(bench)).toEqual([])
  expect(await bench.alertIds()).toHaveLength(1)
  await bench.engine.stop()
})

test('executions of a run that break are counted, and what they did not read stays uncovered', async () => {
  const before = await afterAbsence({})
  await before.engine.stop()
  let fails = 2
  const events: typeof before.store.events = {
    ...before.store.events,
    search: (request) => {
      if (fails-- > 0) throw new Error('the disk is gone')
      return before.store.events.search(request)
    },
  }
  // Windows that are searched for: what reads only what is known to match tells less.
  const bench = benchOf({ keepsPostings: false }, { ...before, store: { ...before.store, events } })
  const { runs } = await bench.engine.manualRuns.fillGaps({ by })
  await bench.engine.start()
  await bench.engine.idle()
  expect(await runIn(bench, runs[0]?.id)).toMatchObject({
    state: 'finished',
    executions: { failed: 2, done: runs[0]?.executions.planned },
  })
  expect(await uncoveredIn(bench)).toHaveLength(1)
  await bench.engine.manualRuns.fillGaps({ by })
  await bench.engine.idle()
  expect(await uncoveredIn(bench)).toEqual([])
  expect(await bench.alertIds()).toHaveLength(12)
  await bench.engine.stop()
})
