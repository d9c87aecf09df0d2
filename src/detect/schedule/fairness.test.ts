import { expect, test } from 'vitest'
import { manualClock, silentLogger } from '#base'
import { ecsCatalogue } from '#event'
import { memoryStore } from '#store'
import { installedOf, minuteMs, noonMs } from '../detect.fixture.ts'
import type { ExecutionRecord } from '../execution/execution-record.ts'
import { roster } from '../roster.ts'
import { ruleStateCollection, scheduler, type RuleState } from './scheduler.ts'

/** What one execution was, by the clock of the test. */
interface Start {
  readonly ruleId: string
  readonly lateMs: number
  readonly atMs: number
}

/**
 * A schedule in which executions do nothing but last: `lastsMs` says how long, by rule; without an answer
 * until they are ended from outside.
 */
function playground(
  ruleIds: readonly string[],
  lastsMs: (ruleId: string) => number | undefined,
  concurrency = 4,
) {
  const clock = manualClock(noonMs)
  const rules = roster(ecsCatalogue())
  for (const ruleId of ruleIds) rules.put(installedOf({ rule_id: ruleId, name: ruleId }))
  const starts: Start[] = []
  const running = new Map<string, number>()
  let overlaps = 0
  const during = async <T>(ruleId: string, work: () => Promise<T>): Promise<T> => {
    running.set(ruleId, (running.get(ruleId) ?? 0) + 1)
    if ((running.get(ruleId) ?? 0) > 1) overlaps++
    try {
      return await work()
    } finally {
      running.set(ruleId, (running.get(ruleId) ?? 0) - 1)
    }
  }
  const schedule = scheduler({
    clock,
    logger: silentLogger,
    roster: rules,
    states: memoryStore({ clock }).documents.collection<RuleState>(ruleStateCollection),
    concurrency,
    execute: async (rule, { uuid, startedAtMs }, signal) => {
      const { ruleId } = rule.installed.rule
      starts.push({ ruleId, atMs: clock.nowMs(), lateMs: clock.nowMs() - startedAtMs })
      await during(ruleId, () => clock.sleep(lastsMs(ruleId) ?? 10 ** 12, signal))
      return { record: recordOf(uuid), read: 'whole', plan: { windows: [] } }
    },
  })
  /** Lets time pass to minutes after noon, everything that falls due in it happening in its turn. */
  const passTo = async (minutes: number): Promise<void> => {
    for (let ms = clock.nowMs(); ms < noonMs + minutes * minuteMs; ms += 1_000) {
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      await clock.advanceTo(ms + 1_000)
    }
  }
  return { clock, schedule, starts, during, passTo, overlaps: () => overlaps }
}

function recordOf(uuid: string): ExecutionRecord {
  return {
    uuid,
    ruleUuid: '',
    ruleId: '',
    ruleName: '',
    kind: 'scheduled',
    status: 'succeeded',
    startedAt: '',
    finishedAt: '',
    previousStartedAt: null,
    windows: [],
    candidates: 0,
    created: 0,
    suppressed: 0,
    warnings: [],
    errors: [],
    totalMs: 0,
    searchMs: 0,
    writeMs: 0,
    gap: null,
    cut: null,
    manualRun: null,
    searches: [],
  }
}

function named(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${name} ${n}`)
}

/** The lateness of quick rules, once the slow ones have been met. */
function latenessOf(starts: readonly Start[], sinceMinutes: number): readonly number[] {
  return starts
    .filter(
      ({ ruleId, atMs }) => ruleId.startsWith('quick') && atMs > noonMs + sinceMinutes * minuteMs,
    )
    .map(({ lateMs }) => lateMs)
}

test('rules that never end keep no other rule from starting when it is due', async () => {
  const ids = [...named('endless', 12), ...named('quick', 20)]
  const played = playground(ids, (id) => (id.startsWith('quick') ? 100 : undefined))
  await played.schedule.start()
  await played.passTo(21)
  const late = latenessOf(played.starts, 1)
  expect(late.length).toBeGreaterThanOrEqual(4 * 20)
  expect(Math.max(...late)).toBeLessThan(500)
  expect(played.starts.filter(({ ruleId }) => ruleId.startsWith('endless'))).toHaveLength(12)
  await played.schedule.stop()
})

test('rules that are slow each time do not take the room of the quick ones again', async () => {
  const ids = [...named('slow', 12), ...named('quick', 20)]
  const played = playground(ids, (id) => (id.startsWith('quick') ? 100 : 4 * minuteMs))
  await played.schedule.start()
  await played.passTo(31)
  expect(Math.max(...latenessOf(played.starts, 1))).toBeLessThan(500)
  const slow = played.starts.filter(({ ruleId }) => ruleId.startsWith('slow'))
  expect(slow.length).toBeGreaterThanOrEqual(5 * 12)
  await played.schedule.stop()
})

test('many rules due within a few seconds start together, none later than it may wait', async () => {
  const played = playground(named('quick', 400), () => 10, 32)
  await played.schedule.start()
  await played.passTo(11)
  const later = played.starts.filter(({ atMs }) => atMs > noonMs + minuteMs)
  expect(later.length).toBeGreaterThanOrEqual(800)
  expect(Math.max(...later.map(({ lateMs }) => lateMs))).toBeLessThanOrEqual(1_000 + 10)
  const moments = new Set(later.map(({ atMs }) => atMs))
  expect(later.length / moments.size).toBeGreaterThan(1.5)
  await played.schedule.stop()
})

test('executions of one rule never overlap, whoever asks for them', async () => {
  const played = playground(['slow'], () => 7 * minuteMs)
  const { clock, schedule, starts, during } = played
  const uuid = 'uuid of slow'
  await schedule.start()
  await played.passTo(1)
  const asked = [schedule.runNow(uuid), schedule.runNow(uuid)]
  const manual = [1, 2].map(() =>
    schedule.exclusively(uuid, () => during('slow', () => clock.sleep(minuteMs))),
  )
  await played.passTo(3)
  await schedule.disabled(uuid)
  await schedule.enabled(uuid)
  await played.passTo(90)
  await Promise.all([...asked, ...manual])
  expect(played.overlaps()).toBe(0)
  expect(starts.length).toBeGreaterThan(5)
  await schedule.stop()
})
