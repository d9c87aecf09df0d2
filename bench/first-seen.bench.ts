/**
 * What does it cost to ask whether a combination was seen before, at ten million combinations against one
 * million, with history of a day against a year; what does one combination take in memory; and how long
 * does it take until ten million are there again after a restart? Two fields, texts of some sixty
 * characters, met in random order of time; one question in twenty is for a combination that never was.
 * Every answer is compared with what is known of the data. One JSON line a row.
 * `npm run bench -- --only first-seen` or `node bench/first-seen.bench.ts [--quick]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { assert, systemClock } from '#base'
import { combinationsOf, termFieldOf } from '#detect'
import { ecsCatalogue } from '#event'
import { openStore } from '#store'
import { widthFor } from '../src/detect/first-seen/bucket-span.ts'
import { randomSeed } from '../src/detect/first-seen/combination-hash.ts'
import { indexChunks, readIndexFile } from '../src/detect/first-seen/index-file.ts'
import { sightingIndex, type SightingIndex } from '../src/detect/first-seen/sighting-index.ts'
import { rounded, sayRow } from './support/row.ts'
import { median, sideBySide, timed } from './support/side-by-side.ts'

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const most = flags.quick ? 1_000_000 : 10_000_000
const few = most / 10
const asked = flags.quick ? 50_000 : 500_000
const rounds = 7
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const nowMs = Date.UTC(2026, 10, 1)
const windowMs = 540_000

const time = { primary: '@timestamp' }
const fields = ['process.parent.executable', 'host.id'].flatMap((name) => {
  const field = termFieldOf(name, ecsCatalogue())
  return typeof field === 'string' ? [] : [field]
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

await compareSizes()
await compareHistories()

async function compareSizes(): Promise<void> {
  const before = await bytesHeld()
  const startMs = performance.now()
  const large = learnt(most, 14 * dayMs)
  const learnMs = performance.now() - startMs
  const bytes = (await bytesHeld()) - before
  const small = learnt(few, 14 * dayMs)
  const { oursMs, yardstickMs, timeRatio } = await sideBySide(rounds, {
    ours: (round) => askMs(large, { count: most, historyMs: 14 * dayMs, round }),
    yardstick: (round) => askMs(small, { count: few, historyMs: 14 * dayMs, round }),
  })
  sayRow({
    row: `a check at ${most} combinations against ${few}`,
    bar: 'first-seen-growth',
    value: timeRatio,
    checkUs: microseconds(oursMs),
    yardstickUs: microseconds(yardstickMs),
    learnUs: rounded((learnMs * 1_000) / most),
  })
  sayRow({
    row: 'one combination in memory',
    bar: 'first-seen-bytes',
    value: rounded(bytes / most),
    byOwnCount: rounded(large.bytes() / large.entries()),
  })
  await compareRestart(large)
}

async function compareHistories(): Promise<void> {
  const year = learnt(few, 365 * dayMs)
  const day = learnt(few, dayMs)
  const hour = learnt(few, hourMs)
  const sideOf = (index: SightingIndex, historyMs: number) => (round: number) =>
    askMs(index, { count: few, historyMs, round })
  const yardstick = sideOf(day, dayMs)
  const ofYear = await sideBySide(rounds, { ours: sideOf(year, 365 * dayMs), yardstick })
  const ofHour = await sideBySide(rounds, { ours: sideOf(hour, hourMs), yardstick })
  sayRow({ row: `a check with a year of history against a day`, ratio: ofYear.timeRatio })
  sayRow({ row: `a check with an hour of history against a day`, ratio: ofHour.timeRatio })
}

async function compareRestart(index: SightingIndex): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
  const store = await openStore({ kind: 'embedded', directory, clock: systemClock })
  try {
    const notes = { key: 'bench', learntThrough: 0, witness: '' }
    const writeMs = await timed(() => store.derived.write('bench', indexChunks(index, notes)))
    const readMs: number[] = []
    for (let round = 0; round < 5; round++) {
      let found: Awaited<ReturnType<typeof readIndexFile>>
      readMs.push(
        await timed(async () => {
          const file = await store.derived.open('bench')
          found = file && (await readIndexFile(file, { fields, time }))
          await file?.close()
        }),
      )
      assert(found !== undefined, 'the index is read back')
      assert(found.index.entries() === index.entries(), 'it is whole')
      await askMs(found.index, { count: most, historyMs: 14 * dayMs, round })
    }
    sayRow({
      row: `${most} combinations are there again`,
      bar: 'first-seen-restart',
      value: Math.round(median(readMs)),
      readMs: readMs.map(Math.round),
      writeMs: Math.round(writeMs),
    })
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
}

/** Combination `n` of a source: some paths on some hosts. */
function sourceOf(n: number, ms: number) {
  return {
    '@timestamp': ms,
    process: { parent: { executable: `/opt/services/releases/${n}/bin/worker-${n % 97}` } },
    host: { id: `host-${n % 1_009}` },
  }
}

/** An index of that many combinations, each met once at a time of its own before the window. */
function learnt(count: number, historyMs: number): SightingIndex {
  const widthMs = widthFor({ historyMs, windowMs })
  const index = sightingIndex({ fields, time, widthMs, seed: randomSeed() }, { nowMs })
  // A step prime to the span puts the times in no order.
  const spanMs = historyMs - windowMs
  for (let n = 0; n < count; n++) {
    const ms = nowMs - windowMs - ((n * 7_919) % spanMs)
    index.learn({ source: sourceOf(n, ms), sequence: n + 1 })
  }
  assert(index.entries() === count, 'every combination is in it')
  return index
}

/** Asks for many combinations in random order, checks every answer, and tells how long the asking took. */
async function askMs(
  index: SightingIndex,
  {
    count,
    historyMs,
    round,
  }: { readonly count: number; readonly historyMs: number; readonly round: number },
): Promise<number> {
  const keys: string[] = []
  for (let i = 0; i < asked; i++) {
    const n = ((i + round * asked) * 2_654_435_761) % count
    for (const { key } of combinationsOf(sourceOf(i % 20 === 0 ? count + n : n, 0), fields)) {
      keys.push(key)
    }
  }
  const verdicts = { known: 0, absent: 0, undecided: 0 }
  const question = {
    fromMs: nowMs - historyMs,
    untilMs: nowMs - windowMs,
    stored: { first: 1, last: count },
  }
  let answers: ReturnType<SightingIndex['ask']> = []
  const ms = await timed(() => {
    answers = index.ask(keys, question)
  })
  for (const answer of answers) verdicts[answer]++
  assert(verdicts.absent === asked / 20, 'what never was is absent')
  assert(verdicts.known + verdicts.undecided === asked - asked / 20, 'what was is not')
  assert(verdicts.undecided <= asked / 20, 'hardly anything is left to the store')
  return ms
}

/** What is held outside and inside of the heap after everything that can go has gone. */
async function bytesHeld(): Promise<number> {
  collectGarbage()
  // What typed arrays held is freed by another thread.
  await systemClock.sleep(200)
  collectGarbage()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

function microseconds(ms: readonly number[]): number {
  return rounded((median(ms) * 1_000) / asked)
}
