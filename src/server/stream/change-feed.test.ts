import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { changeFeed } from './change-feed.ts'

async function listening() {
  const clock = manualClock(0)
  const over = new AbortController()
  const feed = changeFeed(clock)
  const changes = feed.changes(over.signal)
  const first = changes.next()
  await Promise.resolve()
  return { clock, over, feed, changes, first }
}

test('what happens within a quarter of a second is told together, each id once', async () => {
  const { clock, feed, first } = await listening()
  feed.publish({ what: 'created', ids: ['a', 'b'] })
  feed.publish({ what: 'created', ids: ['b'] })
  feed.publish({ what: 'changed', ids: ['a'] })
  await new Promise((resolve) => setTimeout(resolve))
  await clock.advanceTo(250)
  expect(await first).toEqual({
    done: false,
    value: [
      { what: 'created', ids: ['a', 'b'] },
      { what: 'changed', ids: ['a'] },
    ],
  })
})

test('silence is told of every fifteen seconds', async () => {
  const { clock, first } = await listening()
  await clock.advanceTo(15_000)
  expect(await first).toEqual({ done: false, value: [] })
})

test('a listener that does not take what there is keeps at most 500 ids', async () => {
  const { clock, feed, first } = await listening()
  feed.publish({ what: 'created', ids: Array.from({ length: 5_000 }, (_, at) => `id-${at}`) })
  await new Promise((resolve) => setTimeout(resolve))
  await clock.advanceTo(250)
  const { value } = await first
  expect(value?.[0]?.ids).toHaveLength(500)
})

test('listening ends with its signal, also while nothing happens', async () => {
  const { over, first } = await listening()
  over.abort()
  expect(await first).toEqual({ done: true, value: undefined })
})
