import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { failureBrake } from './failure-brake.ts'
import { oneTimeLinks } from './one-time-links.ts'
import { openSessions, sessionIdleMs } from './sessions.ts'

const caller = { name: 'key x', role: 'viewer', keyId: 'x' } as const
const always = { isGood: () => true }

test('a session is known by its text alone, until it is ended', () => {
  const sessions = openSessions(manualClock(0), always)
  const text = sessions.begin(caller)
  expect(sessions.callerOf(text)).toBe(caller)
  expect(sessions.callerOf(`${text}x`)).toBeUndefined()
  sessions.end(text)
  expect(sessions.callerOf(text)).toBeUndefined()
})

test('a session lives while it is used, and a week at most', async () => {
  const clock = manualClock(0)
  const sessions = openSessions(clock, always)
  const [used, idle] = [sessions.begin(caller), sessions.begin(caller)]
  for (let hour = 6; hour < 7 * 24; hour += 6) {
    await clock.advanceTo(hour * 3_600_000)
    expect(sessions.callerOf(used)).toBe(caller)
  }
  expect(sessions.callerOf(idle)).toBeUndefined()
  await clock.advanceTo(7 * 86_400_000)
  expect(sessions.callerOf(used)).toBeUndefined()
  expect(sessionIdleMs).toBe(12 * 3_600_000)
})

test('whoever loses the key loses the session', () => {
  let isGood = true
  const sessions = openSessions(manualClock(0), { isGood: () => isGood })
  const text = sessions.begin(caller)
  isGood = false
  expect(sessions.callerOf(text)).toBeUndefined()
  isGood = true
  expect(sessions.callerOf(text)).toBeUndefined()
})

test('of too many sessions the one that was silent longest ends', () => {
  const sessions = openSessions(manualClock(0), always)
  const [first, second] = [sessions.begin(caller), sessions.begin(caller)]
  sessions.callerOf(first)
  for (let i = 0; i < 999; i++) sessions.begin(caller)
  expect(sessions.callerOf(first)).toBe(caller)
  expect(sessions.callerOf(second)).toBeUndefined()
})

test('a link opens once, and not after a quarter of an hour', async () => {
  const clock = manualClock(0)
  const links = oneTimeLinks(clock)
  const [used = '', late = ''] = [links, links].map((each) => each.path().split('#')[1])
  expect([links.take(used), links.take(used), links.take('guess')]).toEqual([true, false, false])
  await clock.advanceTo(900_000)
  expect(links.take(late)).toBe(false)
})

test('who fails ten times within a minute waits, and nobody else', async () => {
  const clock = manualClock(0)
  const brake = failureBrake(clock)
  for (let i = 0; i < 10; i++) {
    brake.check('a')
    brake.note('a')
  }
  expect(() => brake.check('a')).toThrow('wait a minute')
  brake.check('b')
  await clock.advanceTo(60_000)
  brake.check('a')
})
