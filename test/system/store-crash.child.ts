/**
 * Appends to a store and tells on stdout what was acknowledged, until it is killed.
 * Arguments: the data directory, a word that makes the ids of this run its own.
 */
import { systemClock } from '#base'
import { openStore, type NewEvent } from '#store'

const [directory = '', run = ''] = process.argv.slice(2)
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

tell('ready')
await Promise.all([writer('a'), writer('b'), writer('c'), note()])
