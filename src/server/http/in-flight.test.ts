import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { inFlight } from './in-flight.ts'

const open = new AbortController().signal

function house(places: number) {
  const clock = manualClock(0)
  return { clock, inside: inFlight({ places, waitMs: 1_000, clock }) }
}

test('who finds no place waits until one comes free, those who came first are first', async () => {
  const { inside } = house(1)
  const order: string[] = []
  const leave = await inside.enter(open)
  const second = inside.enter(open).then((end) => {
    order.push('second')
    return end
  })
  const third = inside.enter(open).then((end) => {
    order.push('third')
    return end
  })
  leave()
  leave()
  ;(await second)()
  ;(await third)()
  expect(order).toEqual(['second', 'third'])
})

test('who waits too long is sent away, and takes no place', async () => {
  const { clock, inside } = house(1)
  const leave = await inside.enter(open)
  const tired = inside.enter(open).catch((thrown: unknown) => thrown)
  await clock.advanceTo(1_000)
  expect(await tired).toMatchObject({ kind: 'unavailable', code: 'server.busy' })
  leave()
  ;(await inside.enter(open))()
})

test('who leaves while waiting takes no place', async () => {
  const { inside } = house(1)
  const leave = await inside.enter(open)
  const gone = new AbortController()
  const waiting = inside.enter(gone.signal).catch((thrown: unknown) => thrown)
  gone.abort()
  expect(await waiting).toMatchObject({ code: 'server.busy' })
  leave()
  ;(await inside.enter(open))()
})
