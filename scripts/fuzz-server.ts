import { parseArgs } from 'node:util'
import { messageOf } from '#base'
import { bulkBodies } from './fuzz/bulk-bodies.ts'
import { fuzz, type FuzzReport, type FuzzTarget } from './fuzz/fuzz.ts'
import { seededDraw } from './fuzz/random.ts'
import { searchBodies } from './fuzz/search-bodies.ts'

const maxMs = 50

const usage = `Usage: node scripts/fuzz-server.ts [INPUTS] [--of bulk|search] [--seed NUMBER]

Feeds the doors of the server with INPUTS hostile inputs (1,000,000 unless said otherwise):

  bulk     bodies of _bulk: lines, actions and documents, changed in a few places and cut anywhere on their way.
           What the scanner takes must be what parsing the whole takes
  search   bodies of searches: queries, aggregations, sorts, and anything where something else is expected. Each
           is read or refused in words; what is read must find what the slow reference finds

None may throw, none may take longer than ${maxMs} ms of processor time (one that does is tried again).
The same seed makes the same inputs.

Exit status: 0 when all is well; 1 when an input broke something, which is then printed; 2 for a wrong call.`

const { values, positionals } = readCall()
const inputs = Number(positionals[0] ?? 1_000_000)
const seed = Number(values.seed)
if (values.help === true) stop(usage, 0)
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) stop(usage, 2)

const draw = seededDraw(seed)
if (values.of === 'bulk') run(bulkBodies(draw))
if (values.of === 'search') run(searchBodies(draw))
stop(usage, 2)

function run<Input>(target: FuzzTarget<Input>): never {
  const { slowestMs, broken }: FuzzReport = fuzz(target, { inputs, maxMs })
  console.log(JSON.stringify({ of: values.of, inputs, seed, slowestMs, ...target.counts() }))
  for (const each of broken) console.log(each)
  process.exit(broken.length === 0 ? 0 : 1)
}

function readCall() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        of: { type: 'string', default: 'bulk' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (thrown) {
    return stop(`${messageOf(thrown)}\n\n${usage}`, 2)
  }
}

function stop(text: string, code: number): never {
  console.log(text)
  process.exit(code)
}
