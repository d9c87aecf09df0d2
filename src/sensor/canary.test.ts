import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { canary } from './canary.ts'
import { execRecord } from './sample-records.ts'

test('the test program is recognised by its argument among others, and the time is told', async () => {
  const clock = manualClock(0)
  const bird = canary(clock)
  const flight = bird.fly(1000)
  let args: readonly string[] | undefined
  while (args === undefined) {
    args = commandLines().find(([, , , name]) => name?.startsWith('vedette-canary-'))
    await new Promise((resolve) => setImmediate(resolve))
  }
  bird.observe(execRecord({ args: ['sh', '-c', 'read -r line', 'vedette-canary-of-another'] }))
  await clock.advanceTo(12)
  // Another canary may fly on this host at the same time.
  for (const each of commandLines()) bird.observe(execRecord({ args: each }))
  expect(await flight).toBe(12)
})

test('a test program that is not seen in time did not come back', async () => {
  const clock = manualClock(0)
  const flight = canary(clock).fly(1000)
  await clock.advanceTo(1000)
  expect(await flight).toBeUndefined()
})

test('a host without a shell has no canary', async () => {
  const clock = manualClock(0)
  const flight = canary(clock, { shell: '/nowhere/sh' }).fly(1000)
  await clock.advanceTo(1000)
  expect(await flight).toBeUndefined()
})

/** The command lines of everything that runs. */
function commandLines(): readonly (readonly string[])[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      } catch {
        // Gone since it was listed.
        return []
      }
    })
}
