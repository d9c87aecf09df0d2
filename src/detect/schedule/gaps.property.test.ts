import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { memoryStore } from '#store'
import { installedOf, noonMs } from '../detect.fixture.ts'
import { gapBook, gapStateOf } from './gaps.ts'

const rule = installedOf({})
const lastMs = 40

const window = fc
  .tuple(fc.nat({ max: lastMs - 1 }), fc.integer({ min: 1, max: 12 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: Math.min(lastMs, fromMs + length) }))

/** Gaps follow one another, as the executions do that find them; anything may be read in between. */
const step = fc.oneof(
  fc.record({ lateMs: fc.integer({ min: 1, max: 9 }), again: fc.boolean() }),
  fc.record({ read: fc.array(window, { maxLength: 3 }) }),
)

test('what is uncovered is every moment that a gap has and no later execution read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const clock = manualClock(noonMs)
      const gaps = gapBook(memoryStore({ clock }).documents)
      const isUncovered: boolean[] = Array.from({ length: lastMs }, () => false)
      let nextMs = 0
      for (const each of steps) {
        if ('read' in each) {
          await gaps.cover(rule.uuid, each.read)
          for (const { fromMs, toMs } of each.read) isUncovered.fill(false, fromMs, toMs)
          continue
        }
        const fromMs = nextMs
        const toMs = Math.min(lastMs, fromMs + each.lateMs)
        if (fromMs >= lastMs) continue
        // An execution that breaks before it is noted as done finds the same gap again, and longer.
        const founds = each.again ? [toMs, Math.min(lastMs, toMs + 2)] : [toMs]
        for (const found of founds) {
          const recorded = { window: { fromMs, toMs: found }, executionUuid: 'e', nowMs: lastMs }
          await gaps.record(rule, recorded)
          isUncovered.fill(true, fromMs, found)
          nextMs = found + 1
        }
      }
      const listed = await gaps.list()
      const told = Array.from({ length: lastMs }, (_, ms) =>
        listed.some(({ uncovered }) => uncovered.some((u) => u.fromMs <= ms && ms < u.toMs)),
      )
      expect(told).toEqual(isUncovered)
      for (const gap of listed) {
        const open = isUncovered.slice(gap.fromMs, gap.toMs)
        const state = open.every(Boolean)
          ? 'unfilled'
          : open.some(Boolean)
            ? 'partially filled'
            : 'filled'
        expect(gapStateOf(gap)).toBe(state)
      }
      const open = await gaps.list({ openOnly: true })
      expect(open).toEqual(listed.filter(({ uncovered }) => uncovered.length > 0))
    }),
    { numRuns: 300 },
  )
})

test('gaps are forgotten after 90 days, and those of a rule with it', async () => {
  const gaps = gapBook(memoryStore({ clock: manualClock(noonMs) }).documents)
  const day = 86_400_000
  const at = (days: number) => ({ fromMs: noonMs + days * day, toMs: noonMs + days * day + 1_000 })
  for (const days of [0, 91]) {
    const nowMs = noonMs + (days + 1) * day
    await gaps.record(rule, { window: at(days), executionUuid: 'e', nowMs })
  }
  expect((await gaps.list()).map(({ fromMs }) => fromMs)).toEqual([at(91).fromMs])
  await gaps.forget('another')
  expect(await gaps.list()).toHaveLength(1)
  await gaps.forget(rule.uuid)
  expect(await gaps.list()).toEqual([])
})
