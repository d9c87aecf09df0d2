/**
 * Lets an index of first sightings learn and write itself down, again and again, until it is killed. Tells
 * on stdout each time that it has answered. Argument: the data directory.
 */
import { systemClock } from '#base'
import { acceptedEvents, openStore, type NewEvent } from '#store'
import { asking, fieldIs, shelfOver } from '../../src/detect/first-seen/first-seen.fixture.ts'

const [directory = ''] = process.argv.slice(2)
const store = await openStore({
  kind: 'embedded',
  directory,
  clock: systemClock,
  segmentEvents: 20_000,
})
const { book, history } = shelfOver(store, systemClock, { maxBytes: 64 * 1024 * 1024 })

const eventOf = (first: string): NewEvent => ({
  index: 'logs-test-default',
  source: {
    '@timestamp': systemClock.nowMs() - 60_000 * Math.floor(Math.random() * 40),
    kind: 'good',
    first,
    second: ['x', 'y', 'z'][Math.floor(Math.random() * 3)] ?? 'x',
  },
})

for (let round = 0; ; round++) {
  const events = Array.from({ length: 3_000 }, () => eventOf(crypto.randomUUID()))
  events.push(eventOf(['x', 'y', 'z'][round % 3] ?? 'x'))
  const accepted = acceptedEvents(events, await store.events.append(events))
  // Some are found in the store only.
  if (round % 4 > 0) book.offer(accepted)
  const question = { toMs: systemClock.nowMs(), filter: fieldIs('kind', 'good') }
  const { search, request } = asking(store, question)
  await history.firstSeen(search, request)
  process.stdout.write(`answered ${round}\n`)
}
