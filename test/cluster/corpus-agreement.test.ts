import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileFilter } from '#query'
import { systemClock } from '#base'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'
import { recordedEvents, wholeCorpus } from '../support/whole-corpus.ts'
import { clusterStores } from './support/cluster-under-test.ts'

const stores = clusterStores()
const folder = sharedData('')
const context = { fields: ecsCatalogue(), nowMs: Date.UTC(2026, 0, 1) }

/** Events are many and alike: so many of each file are taken, evenly. */
const eventsPerFile = 200

test(
  'what each public rule finds through its query on the cluster is what its matcher finds',
  { timeout: 600_000 },
  async (testing) => {
    testing.skip(folder === undefined, withoutSharedData)
    const corpus = wholeCorpus(`${folder}/rules/rules`)
    const events = recordedEvents(folder ?? '').flatMap(({ file, events: all }) => {
      const step = Math.max(1, Math.floor(all.length / eventsPerFile))
      return all
        .filter((_, line) => line % step === 0)
        .map((source, n) => ({ index: 'logs-recorded', id: `${file}:${n}`, source }))
    })
    const store = await stores.open({ clock: systemClock })
    try {
      for (let at = 0; at < events.length; at += 1_000) {
        await store.events.append(events.slice(at, at + 1_000))
      }
      let pairs = 0
      for (const { ruleId, filter } of corpus) {
        const matches = compileFilter(filter, context)
        const expected = events.filter(({ source }) => matches(source)).map(({ id }) => id)
        const found: string[] = []
        const asked = { indices: ['*'], filter, context, order: 'sequence' } as const
        for await (const page of store.events.search(asked)) found.push(...page.map(({ id }) => id))
        expect(found, ruleId).toEqual(expected)
        pairs += found.length
      }
      // A test of nothing would agree as well.
      expect(corpus.length).toBeGreaterThan(700)
      expect(pairs).toBeGreaterThan(300)
    } finally {
      await store.close()
    }
  },
)
