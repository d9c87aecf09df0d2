import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { openStore } from '#store'
import { loadPeople } from './people.ts'

const open = async () => {
  const clock = manualClock(1_000)
  const { documents } = await openStore({ kind: 'memory', clock })
  return { clock, documents, people: await loadPeople(documents, clock) }
}
const ann = { name: 'ann', role: 'analyst', passphrase: 'four words and a dot.' } as const

test('who knows the passphrase of a name is let in with its role, also after a restart', async () => {
  const { clock, documents, people } = await open()
  await people.put(ann)
  expect(await people.callerOf('ann', ann.passphrase)).toMatchObject({ role: 'analyst' })
  expect(await people.callerOf('ann', 'another')).toBeUndefined()
  expect(await people.callerOf('bob', ann.passphrase)).toBeUndefined()
  const again = await loadPeople(documents, clock)
  expect(again.isOpen('ann', 'analyst')).toBe(true)
  expect(again.isOpen('ann', 'admin')).toBe(false)
  await again.remove('ann')
  expect(again.isOpen('ann', 'analyst')).toBe(false)
  expect(await again.callerOf('ann', ann.passphrase)).toBeUndefined()
})

test('five wrong passphrases in a row lock a name for a quarter of an hour', async () => {
  const { clock, people } = await open()
  await people.put(ann)
  for (let at = 0; at < 5; at++) await people.callerOf('ann', `wrong ${at}`)
  await expect(people.callerOf('ann', ann.passphrase)).rejects.toMatchObject({
    kind: 'rate-limited',
  })
  expect((await people.list())[0]?.lockedUntilMs).toBe(901_000)
  await clock.advanceTo(902_000)
  expect(await people.callerOf('ann', ann.passphrase)).toMatchObject({ name: 'ann' })
})

test('a short passphrase is refused', async () => {
  const { people } = await open()
  await expect(people.put({ ...ann, passphrase: 'short' })).rejects.toMatchObject({
    code: 'auth.short-passphrase',
  })
})
