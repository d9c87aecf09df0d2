/**
 * How fast does a hunt with one rule about one text go through a file, against ripgrep counting the lines with
 * that text? As both are run, by the clock on the wall: a hunt with a thread a core, started already, and ripgrep
 * as a whole command, which reads one file on one thread. A second row compares a thread each, by processor time.
 * Both must find the same number of lines.
 * Needs ripgrep (`apt install ripgrep`). One JSON line a row. `node bench/hunt-literal.bench.ts [--quick]`
 */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { assert } from '#base'
import type { FilterPlan } from '#query'
import { soloCrew, workerCrew } from '../src/cli/hunting/crew.ts'
import { searchTexts } from '../src/cli/hunting/search-texts.ts'
import { headOf } from '../src/cli/hunting/tasks.ts'
import {
  huntFolder,
  noInput,
  processorMs,
  readHuntFile,
  writeHuntFile,
} from './support/hunt-file.ts'
import { rounded, sayRow } from './support/row.ts'
import { sideBySide, timed, type Comparison } from './support/side-by-side.ts'
import { fleetStream, processHeavy } from './support/streams.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 9
const word = '--privileged'
const filter: FilterPlan = {
  kind: 'match',
  field: { kind: 'field', name: 'process.args' },
  literal: { value: word, quoted: true },
}

const folder = huntFolder()
try {
  const count = quick ? 30_000 : 150_000
  const file = writeHuntFile(folder.path, { stream: processHeavy, seed: 7, count })
  const texts = searchTexts([filter], await headOf(file, 256 * 1024))
  assert(texts !== undefined, 'the hunt does not search for the text')
  const plan = { filters: [filter], nowMs: fleetStream.startMs, within: undefined, texts }
  const read = () => readHuntFile(file, { crew: soloCrew(plan, noInput()) })
  const { found, lines, passedOver } = await read()
  assert(found === ripgrep(file.path).lines, 'the hunt and ripgrep find different lines')
  const whole = { ...plan, texts: undefined }
  const all = await readHuntFile(file, { crew: soloCrew(whole, noInput()) })
  assert(all.found === found, 'a search finds other lines than reading all')
  const crew = workerCrew(plan, availableParallelism())
  const asRun = await sideBySide(rounds + 1, {
    ours: () => timed(() => readHuntFile(file, { crew })),
    yardstick: async () => timed(() => ripgrep(file.path)),
  })
  await crew.close()
  const facts = { MiB: Math.round(file.bytes / 2 ** 20), lines, found, passedOver }
  sayRow({
    row: 'one literal, as both are run',
    bar: 'hunt-literal',
    value: asRun.rateRatio,
    ratios: ratiosOf(asRun),
    threads: availableParallelism(),
    ...facts,
    oursMs: asRun.oursMs,
    yardstickMs: asRun.yardstickMs,
  })
  const alone = await sideBySide(rounds + 1, {
    ours: () => processorMs(read),
    yardstick: async () => ripgrep(file.path).ms,
  })
  sayRow({
    row: 'one literal, a thread each, processor time',
    rateRatio: alone.rateRatio,
    ratios: ratiosOf(alone),
    ...facts,
    oursMs: alone.oursMs,
    yardstickMs: alone.yardstickMs,
  })
} finally {
  folder.remove()
}

function ratiosOf({ oursMs, yardstickMs }: Comparison): readonly number[] {
  return oursMs.map((ms, round) => rounded((yardstickMs[round] ?? Number.NaN) / ms))
}

/** Counts lines with the text; processor time of the command in milliseconds. */
function ripgrep(path: string): { readonly lines: number; readonly ms: number } {
  const command = 'TIMEFORMAT="%U %S"; time rg --count --fixed-strings -- "$1" "$2"'
  const run = spawnSync('bash', ['-c', command, 'bash', word, path], { encoding: 'utf8' })
  assert(run.status === 0, `ripgrep failed: ${run.stderr}`)
  const [user = 0, system = 0] = run.stderr.trim().split(' ').map(Number)
  return { lines: Number(run.stdout), ms: (user + system) * 1_000 }
}
