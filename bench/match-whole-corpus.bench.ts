/**
 * What does it cost to parse events and match all event filters of the public rules, against JSON.parse of
 * the same lines? And against asking filter by filter? Each round brings events that nobody has seen before,
 * as a running server meets them, and counts processor time; answers are compared first with those of each filter by itself.
 * What making the events left behind is collected before, so that it counts for neither side. Memory is that of a
 * process by itself that does nothing but read a file and match its lines; it must stay below 512 MiB.
 * Needs ../shared/data. One JSON line a row. `node bench/match-whole-corpus.bench.ts [--quick]`
 */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { assert } from '#base'
import { ecsCatalogue, type EventSource } from '#event'
import { compileFilter, ruleSet, type RuleSet } from '#query'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'
import { wholeCorpus } from '../test/support/whole-corpus.ts'
import { rounded, sayRow } from './support/row.ts'
import { sideBySide } from './support/side-by-side.ts'
import { fleetStream, hostile, mixed, processHeavy, type Stream } from './support/streams.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 5
const eventsARound = quick ? 5_000 : 15_000
const folder = sharedData('rules/rules')
assert(folder !== undefined, withoutSharedData)

const context = { fields: ecsCatalogue(), nowMs: fleetStream.startMs }
const corpus = wholeCorpus(folder)
const matchers = corpus.map(({ filter }) => compileFilter(filter, context))

const bars = [
  { bar: 'match-process', stream: processHeavy },
  { bar: 'match-mixed', stream: mixed },
  { bar: 'match-hostile', stream: hostile },
]
setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
for (const { bar, stream } of bars) await measure(bar, stream)

async function measure(bar: string, stream: Stream): Promise<void> {
  const filters = compiled()
  const differences = compareAnswers(linesOf(stream, 1_000_000, 2_000))
  assert(differences === 0, `${differences} events are answered differently`)
  let matches = 0
  const linesByRound = new Map<number, readonly Uint8Array[]>()
  const lines = (round: number) => {
    const made = linesByRound.get(round) ?? linesOf(stream, round, eventsARound)
    linesByRound.clear()
    linesByRound.set(round, made)
    if (typeof collect === 'function') collect()
    return made
  }
  // The first round is the warm-up of both sides.
  const { timeRatio, oursMs, yardstickMs } = await sideBySide(rounds + 1, {
    ours: (round) => {
      const made = lines(round)
      return processorMs(() => (matches += matchAll(filters, made, stream.index)))
    },
    yardstick: (round) => {
      const made = lines(round)
      return processorMs(() => parseAll(made))
    },
  })
  const ratios = oursMs.map((ms, round) => rounded(ms / (yardstickMs[round] ?? Number.NaN)))
  sayRow({
    row: `parse and match, ${stream.name}`,
    bar,
    value: timeRatio,
    ratios,
    filters: corpus.length,
    eventsARound,
    matchesAnEvent: rounded(matches / (eventsARound * (rounds + 1))),
    differences,
    parseUsAnEvent: rounded(((yardstickMs.at(-1) ?? 0) * 1_000) / eventsARound),
    firstRound: ratios[0],
  })
  sayRow({ row: `peak memory, ${stream.name}`, ...peaksMiB(stream) })
  await againstOneByOne(stream)
}

/** The peak of a process that matches events, and of one that only parses them. */
function peaksMiB(stream: Stream): { readonly matchMiB: number; readonly parseMiB: number } {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  try {
    const file = join(directory, 'events.ndjson')
    const out = openSync(file, 'w')
    const count = quick ? 5_000 : 60_000
    for (const event of stream.events({ ...fleetStream, seed: 77, count })) {
      writeSync(out, `${JSON.stringify(event)}\n`)
    }
    closeSync(out)
    const script = fileURLToPath(new URL('support/peak-over-file.ts', import.meta.url))
    const peakOf = (work: string): number =>
      Number(execFileSync(process.execPath, [script, work, file, stream.index]))
    const peaks = { matchMiB: peakOf('match'), parseMiB: peakOf('parse') }
    assert(peaks.matchMiB < 512, `matching ${stream.name} events took ${peaks.matchMiB} MiB`)
    return peaks
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The rule set against its filters one by one, on documents that are parsed already. */
async function againstOneByOne(stream: Stream): Promise<void> {
  const filters = compiled()
  const count = 500
  const { rateRatio } = await sideBySide(rounds, {
    ours: (round) => timedOverDocuments(stream, round, (event) => filters.matching(event)),
    yardstick: (round) =>
      timedOverDocuments(stream, round, (event) => {
        for (const matches of matchers) matches(event)
      }),
  })
  sayRow({ row: `rate against filter by filter, ${stream.name}`, rateRatio, documents: count })

  function timedOverDocuments(
    from: Stream,
    round: number,
    work: (event: EventSource) => unknown,
  ): Promise<number> {
    const events = linesOf(from, round, count).map((line) => parse(textOf(line)))
    return processorMs(() => {
      for (const event of events) work(event)
    })
  }
}

/** Processor time, threads of the garbage collector included: what others do on the machine counts for less. */
async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

function compiled(): RuleSet<number> {
  const filters = ruleSet<number>(context.fields)
  for (const [place, { filter, indices }] of corpus.entries()) {
    filters.put(place, { filter, context, indices })
  }
  return filters
}

function compareAnswers(lines: readonly Uint8Array[]): number {
  const unguarded = ruleSet<number>(context.fields)
  for (const [place, { filter }] of corpus.entries()) unguarded.put(place, { filter, context })
  return lines.filter((line) => {
    const event = parse(textOf(line))
    const expected = matchers.flatMap((matches, place) => (matches(event) ? [place] : []))
    const found = [unguarded.matchingJson(line), unguarded.matching(event)].map((places) =>
      places?.toSorted((a, b) => a - b).join(),
    )
    return found.some((places) => places !== expected.join())
  }).length
}

/** What a hunt does with each line: its bytes are looked at, and only what these cannot tell is parsed. */
function matchAll(filters: RuleSet<number>, lines: readonly Uint8Array[], index: string): number {
  let matches = 0
  for (const line of lines) {
    const found = filters.matchingJson(line, index) ?? filters.matching(parse(textOf(line)), index)
    matches += found.length
  }
  return matches
}

function parseAll(lines: readonly Uint8Array[]): void {
  for (const line of lines) parse(textOf(line))
}

function textOf(line: Uint8Array): string {
  return Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8')
}

function parse(line: string): EventSource {
  return JSON.parse(line)
}

function linesOf(stream: Stream, round: number, count: number): readonly Uint8Array[] {
  const events = stream.events({ ...fleetStream, seed: 1_000 + round, count })
  return [...events].map((event) => Buffer.from(JSON.stringify(event)))
}
