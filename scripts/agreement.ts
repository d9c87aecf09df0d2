import fc from 'fast-check'
import { parseArgs } from 'node:util'
import { ruleSet } from '#query'
import { arbitraryContext as context } from '../src/query/match/arbitrary-plans.fixture.ts'
import { agreementCase, matchingOneByOne } from '../src/query/rule-set/agreement.fixture.ts'

const usage = `Usage: npm run agreement -- [--pairs NUMBER] [--seed NUMBER]

Asks random filters of random documents twice: of the compiled rule set, which must find the same for parsed documents
and for their bytes, and each by itself of the slow reference. Stops at the first difference, with what shows it.

  --pairs NUMBER  how many pairs of a filter and a document; 1000000 unless said otherwise
  --seed NUMBER   draws the pairs of an earlier run again

Exit status: 0 when all agree; 1 when they do not, or when too few documents were read from their bytes.`

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(crypto.getRandomValues(new Int32Array(1))[0] ?? 0) },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help === true) console.log(usage)
else run(Number(values.pairs), Number(values.seed))

function run(wanted: number, firstSeed: number): void {
  const startMs = performance.now()
  const counts = { pairs: 0, matches: 0, documents: 0, scanned: 0 }
  const casesAtOnce = 1_000
  for (let seed = firstSeed; counts.pairs < wanted; seed++) {
    const agrees = fc.property(agreementCase, ({ filters, sources, options }) => {
      const set = ruleSet<number>(context.fields, options)
      for (const [place, filter] of filters.entries()) set.put(place, { filter, context })
      const expected = sources.map((source) => matchingOneByOne(filters, source).join())
      for (const [at, source] of [...sources, ...sources].entries()) {
        const found = [
          set.matching(source),
          set.matchingJson(new TextEncoder().encode(JSON.stringify(source))),
        ].map((keys) => keys?.toSorted((a, b) => a - b).join())
        if (found[1] !== undefined) counts.scanned++
        counts.documents++
        const right = expected[at % sources.length]
        if (found.some((keys) => keys !== undefined && keys !== right)) return false
      }
      counts.pairs += filters.length * sources.length
      counts.matches += expected.filter((keys) => keys !== '').length
      return true
    })
    const { failed, counterexample } = fc.check(agrees, { seed, numRuns: casesAtOnce })
    if (failed) {
      console.error(`seed ${seed} differs: ${JSON.stringify(counterexample)}`)
      process.exit(1)
    }
  }
  const seconds = Math.round((performance.now() - startMs) / 1_000)
  const share = Math.round((100 * counts.scanned) / counts.documents)
  console.log(
    `${counts.pairs} pairs agree, ${counts.matches} documents matched something, ${share} % were read from their bytes; ${seconds} s, seed ${firstSeed}`,
  )
  if (share < 95) process.exit(1)
}
