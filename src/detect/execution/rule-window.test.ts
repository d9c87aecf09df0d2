import { expect, test } from 'vitest'
import { ruleFromWire, type Rule } from '#rule'
import { coveredBy, windowsOf } from './rule-window.ts'

const minute = 60_000
const noon = Date.UTC(2024, 4, 1, 12)

function scheduled(from = 'now-9m', interval = '5m'): Rule {
  const { rule } = ruleFromWire({
    rule_id: 'r',
    name: 'n',
    description: 'd',
    type: 'query',
    query: '*',
    severity: 'low',
    risk_score: 1,
    from,
    interval,
  })
  if (rule === undefined) throw new Error('the rule could not be read')
  return rule
}

function minutesOf(previousMinutesAgo: number | undefined, rule = scheduled()) {
  const previous =
    previousMinutesAgo === undefined
      ? {}
      : { previousStartedAtMs: noon - previousMinutesAgo * minute }
  const plan = windowsOf(rule, { startedAtMs: noon, ...previous })
  if (!plan.ok) return plan.error
  const inMinutes = (ms: number) => (ms - noon) / minute
  return {
    windows: plan.value.windows.map(({ fromMs, toMs }) => [inMinutes(fromMs), inMinutes(toMs)]),
    ...(plan.value.gap && {
      gap: [inMinutes(plan.value.gap.fromMs), inMinutes(plan.value.gap.toMs)],
    }),
  }
}

test('without an execution before there is nothing to catch up with', () => {
  expect(minutesOf(undefined)).toEqual({ windows: [[-9, 0]] })
})

test('a delay that the look-back covers adds nothing', () => {
  expect(minutesOf(9)).toEqual({ windows: [[-9, 0]] })
})

test('a delay of five minutes beyond the look-back adds one window', () => {
  expect(minutesOf(14)).toEqual({
    windows: [
      [-14, -5],
      [-9, 0],
    ],
  })
})

test('at most four windows are added, oldest first, and what they leave is a gap', () => {
  expect(minutesOf(30)).toEqual({
    windows: [
      [-29, -20],
      [-24, -15],
      [-19, -10],
      [-14, -5],
      [-9, 0],
    ],
    gap: [-30, -29],
  })
})

test('an absolute start reaches far enough back for any delay', () => {
  expect(minutesOf(600, scheduled('1900-01-01T00:00:00.000Z'))).toMatchObject({
    windows: [[expect.any(Number), 0]],
  })
})

test('what a rule with a delay left unread is told in event time', () => {
  const delayed = { ...scheduled('now-11m'), to: 'now-2m' }
  expect(minutesOf(30, delayed)).toMatchObject({
    windows: [[-31, -22], expect.anything(), expect.anything(), expect.anything(), [-11, -2]],
    gap: [-32, -31],
  })
})

test('an execution takes care of the holes that its own schedule leaves', () => {
  const windows = [{ fromMs: noon - 3 * minute, toMs: noon }]
  expect(coveredBy(scheduled('now-3m'), { windows })).toEqual([
    { fromMs: noon - 5 * minute, toMs: noon },
  ])
  expect(coveredBy(scheduled('now-3m', '1m'), { windows })).toEqual(windows)
})
