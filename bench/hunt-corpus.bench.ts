/**
 * How long does it take to find, in a file, the events that any event filter of the public rules is about,
 * against DuckDB's read_json answering one query over the same file? One thread each, by processor time; each
 * round brings a file that neither has seen. Lines are found, as the rows of a query are; following
 * sequences, keeping histories and making alerts of them is not in it. Needs ../shared/data. One JSON line a row.
 * `node bench/hunt-corpus.bench.ts [--quick]`
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { assert } from '#base'
import { compileFilter, type FilterPlan } from '#query'
import { readFileSync } from 'node:fs'
import { soloCrew } from '../src/cli/hunting/crew.ts'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'
import { wholeCorpus } from '../test/support/whole-corpus.ts'
import {
  huntFolder,
  noInput,
  processorMs,
  readHuntFile,
  siftHuntFile,
  writeHuntFile,
  type HuntFile,
} from './support/hunt-file.ts'
import { rounded, sayRow } from './support/row.ts'
import { sideBySide } from './support/side-by-side.ts'
import { fleetStream, processHeavy } from './support/streams.ts'
import { installedFields } from '../src/cli/installed-fields.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 6
const eventsARound = quick ? 8_000 : 40_000
const rules = sharedData('rules/rules')
assert(rules !== undefined, withoutSharedData)

const context = { fields: installedFields(), nowMs: fleetStream.startMs }
const filters: readonly FilterPlan[] = wholeCorpus(rules).map(({ filter }) => filter)
const plan = { filters, nowMs: context.nowMs, within: undefined, texts: undefined }
const crew = soloCrew(plan, noInput())
const folder = huntFolder()
const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
await duckdb.run('SET threads = 1')
try {
  await compareAnswers()
  const files = new Map<number, HuntFile>()
  const fileOf = (round: number): HuntFile => {
    const made =
      files.get(round) ??
      writeHuntFile(folder.path, { stream: processHeavy, seed: 100 + round, count: eventsARound })
    files.set(round, made)
    return made
  }
  // The first round is the warm-up of both sides.
  const { timeRatio, oursMs, yardstickMs } = await sideBySide(rounds + 1, {
    ours: (round) => {
      const file = fileOf(round)
      return processorMs(() => siftHuntFile(file, crew))
    },
    yardstick: (round) => {
      const file = fileOf(round)
      return processorMs(() => oneQuery(file.path))
    },
  })
  const last = files.get(rounds)
  sayRow({
    row: 'all event filters of the public rules over a file',
    bar: 'hunt-corpus',
    value: timeRatio,
    ratios: oursMs.map((ms, round) => rounded(ms / (yardstickMs[round] ?? Number.NaN))),
    filters: filters.length,
    eventsARound,
    MiBARound: Math.round((last?.bytes ?? 0) / 2 ** 20),
    oursUsAnEvent: rounded(((oursMs.at(-1) ?? 0) * 1_000) / eventsARound),
  })
} finally {
  folder.remove()
}

/** What read_json is asked: which of four columns' rows are a start of docker with one argument. */
async function oneQuery(path: string): Promise<number> {
  const columns = `{'@timestamp': 'VARCHAR', event: 'STRUCT(action VARCHAR, type VARCHAR[])',
    process: 'STRUCT(name VARCHAR, args VARCHAR[])', host: 'STRUCT(name VARCHAR)'}`
  const read = await duckdb.runAndReadAll(
    `SELECT count(*) FROM read_json('${path}', format = 'newline_delimited', columns = ${columns})
     WHERE event.action = 'exec' AND process.name = 'docker' AND list_contains(process.args, '--privileged')`,
  )
  return Number(read.getRows()[0]?.[0] ?? 0)
}

async function compareAnswers(): Promise<void> {
  const file = writeHuntFile(folder.path, { stream: processHeavy, seed: 1, count: 1_000 })
  const matchers = filters.map((filter) => compileFilter(filter, context))
  const expected = readFileSync(file.path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => matchers.flatMap((matches, place) => (matches(JSON.parse(line)) ? [place] : [])))
    .filter((places) => places.length > 0)
  const found: string[] = []
  await readHuntFile(file, {
    crew,
    look(_, places) {
      found.push(places.join())
      return []
    },
  })
  assert(found.join(';') === expected.map((places) => places.join()).join(';'), 'answers differ')
}
