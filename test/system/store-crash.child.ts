/**
 * Appends to a store and tells on stdout what was acknowledged, until it is killed.
 * Arguments: the data directory, a word that makes the ids of this run its own, and, where snapshots are to be taken
 * all the while, a directory for them.
 */
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { systemClock } from '#base'
import { openStore, takeSnapshot, type NewEvent } from '#store'

const [directory = '', run = '', snapshots] = process.argv.slice(2)
const store = await openStore({
  kind: 'embedded',
  directory,
  clock: systemClock,
  segmentBytes: 200_000,
})
const notes = store.documents.collection<{ readonly acknowledged: number }>({
  name: 'notes',
  keys: { acknowledged: ({ acknowledged }) => acknowledged },
})

const tell = (words: string): void => {
  process.stdout.write(`${words}\n`)
}

const writer = async (name: string): Promise<never> => {
  for (let batch = 0; ; batch++) {
    const events = Array.from({ length: 1 + (batch % 40) }, (_, n): NewEvent => ({
      index: `logs-${name}-default`,
      id: `${run}-${name}-${batch}-${n}`,
      source: {
        '@timestamp': new Date(systemClock.nowMs()).toISOString(),
        batch,
        text: 'x'.repeat(n * 20),
      },
    }))
    const outcomes = await store.events.append(events)
    tell(outcomes.map(({ status, id }) => `${status}:${id}`).join(' '))
  }
}

const note = async (): Promise<never> => {
  for (let acknowledged = 1; ; acknowledged++) {
    const { version } = await notes.put(`note-${run}`, { acknowledged })
    tell(`note:${version}:${acknowledged}`)
  }
}

/** Each time other bytes, all of them the same. */
const derive = async (): Promise<never> => {
  for (let derived = 1; ; derived++) {
    const chunks = Array.from({ length: 5 }, () => new Uint8Array(3_000).fill(derived % 256))
    await store.derived.write('bytes', Readable.from(chunks))
    tell(`derived:${derived}`)
    await systemClock.sleep(20)
  }
}

const snapshot = async (target: string): Promise<never> => {
  for (let snapshot = 1; ; snapshot++) {
    tell(`snapshot-began:${snapshot}`)
    await takeSnapshot({
      directory,
      target: join(target, String(snapshot)),
      also: [],
      nowMs: systemClock.nowMs(),
    })
    tell(`snapshot:${snapshot}`)
    await systemClock.sleep(200)
  }
}

tell('ready')
await Promise.all([
  ...['a', 'b', 'c'].map(writer),
  note(),
  derive(),
  ...(snapshots === undefined ? [] : [snapshot(snapshots)]),
])
