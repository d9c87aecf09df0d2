import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { compileFilter, evaluateFilter, ruleSet } from '#query'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'
import { recordedEvents, wholeCorpus } from '../support/whole-corpus.ts'

const folder = sharedData('')
const context = { fields: ecsCatalogue(), nowMs: Date.UTC(2026, 0, 1) }

/** Generated events are many and alike: one in so many is taken. The slow reference is asked about fewer still. */
const oneGeneratedIn = 20
const oneForReferenceIn = 500

test(
  'all public rules in one pass match what each matches by itself',
  { timeout: 600_000 },
  (testing) => {
    testing.skip(folder === undefined, withoutSharedData)
    const corpus = wholeCorpus(`${folder}/rules/rules`)
    const set = ruleSet<number>(context.fields)
    for (const [place, { filter }] of corpus.entries()) set.put(place, { filter, context })
    const matchers = corpus.map(({ filter }) => compileFilter(filter, context))
    let pairs = 0
    for (const { file, events } of recordedEvents(folder ?? '')) {
      const oneIn = file.startsWith('docs') ? oneGeneratedIn : 1
      for (const [line, event] of events.entries()) {
        if (line % oneIn !== 0) continue
        const found = set.matching(event).toSorted((a, b) => a - b)
        const expected = placesWhere(matchers, (matches) => matches(event))
        expect(idsAt(found), `${file}:${line + 1}`).toEqual(idsAt(expected))
        const scanned = set.matchingJson(new TextEncoder().encode(JSON.stringify(event)))
        expect(idsAt(scanned?.toSorted((a, b) => a - b) ?? []), `${file}:${line + 1}`).toEqual(
          idsAt(expected),
        )
        pairs += found.length
        if (line % oneForReferenceIn !== 0) continue
        const slow = placesWhere(corpus, ({ filter }) => evaluateFilter(filter, event, context))
        expect(idsAt(found), `${file}:${line + 1}`).toEqual(idsAt(slow))
      }
    }
    // A test of nothing would agree as well.
    expect(corpus.length).toBeGreaterThan(700)
    expect(pairs).toBeGreaterThan(4_000)

    function idsAt(places: readonly number[]): readonly (string | undefined)[] {
      return places.map((place) => corpus[place]?.ruleId)
    }
  },
)

function placesWhere<T>(values: readonly T[], test: (value: T) => boolean): readonly number[] {
  return values.flatMap((value, place) => (test(value) ? [place] : []))
}
