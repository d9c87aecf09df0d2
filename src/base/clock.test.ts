import { expect, test } from 'vitest'
import { manualClock } from './clock.ts'

test('sleepers of a manual clock wake in order of their due time, each at its own time', async () => {
  const clock = manualClock(1_000)
  const woken: string[] = []
  const late = clock.sleep(50).then(() => woken.push(`late ${clock.nowMs()}`))
  const early = clock.sleep(10).then(() => woken.push(`early ${clock.nowMs()}`))
  await clock.advanceTo(1_100)
  await Promise.all([late, early])
  expect(woken).toEqual(['early 1010', 'late 1050'])
  expect(clock.nowMs()).toBe(1_100)
})

test('a sleep that is called off rejects with the reason', async () => {
  const clock = manualClock(0)
  const abort = new AbortController()
  const sleep = clock.sleep(10, abort.signal)
  abort.abort(new Error('stop'))
  await expect(sleep).rejects.toThrow('stop')
})
