/**
 * How fast is `_bulk` answered when each event is on stable storage before, and matched with the filters of the
 * whole public corpus, against a server of the same HTTP edge that only calls JSON.parse on each line? Each
 * server has a process of its own, and the client another; four connections send requests of 500 events that
 * nobody has seen before. A second row has all rules on, with sequences, histories and alerts; it is over when
 * nothing waits any more. Needs ../shared/data. One JSON line a row. `node bench/bulk-ack.bench.ts [--quick]`
 */
import { assert } from '#base'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'
import { startSide, serveSide, type RoundTold, type ServerSide } from './support/bulk-side.ts'
import { quantile, rounded, sayRow } from './support/row.ts'
import { median, sideBySide } from './support/side-by-side.ts'
import { fleetStream, processHeavy } from './support/streams.ts'

const bodyEvents = 500

const [, , role = '', folder = ''] = process.argv
if (role === 'serve') await serveSide(folder)
else await measureAll(process.argv.includes('--quick'))

async function measureAll(quick: boolean): Promise<void> {
  const rules = sharedData('rules/rules')
  assert(rules !== undefined, withoutSharedData)
  const parsing = await startSide(import.meta.filename, { name: 'parsing', rules })
  try {
    await measure('matching', quick)
    await measure('engine', quick)
  } finally {
    await parsing.stop()
  }

  async function measure(name: 'matching' | 'engine', isQuick: boolean): Promise<void> {
    assert(rules !== undefined, withoutSharedData)
    const ours = await startSide(import.meta.filename, { name, rules })
    try {
      await compare(name, { ours, parsing, quick: isQuick })
    } finally {
      await ours.stop()
    }
  }
}

async function compare(
  name: 'matching' | 'engine',
  {
    ours,
    parsing,
    quick,
  }: { readonly ours: ServerSide; readonly parsing: ServerSide; readonly quick: boolean },
): Promise<void> {
  const rounds = quick ? 3 : 6
  const bodiesARound = quick ? 16 : 48
  const events = bodiesARound * bodyEvents
  const told: { readonly ours: RoundTold[]; readonly yardstick: RoundTold[] } = {
    ours: [],
    yardstick: [],
  }
  let made: { readonly round: number; readonly bodies: readonly Buffer[] } | undefined
  const bodies = (round: number): readonly Buffer[] => {
    if (made?.round !== round) made = { round, bodies: bodiesOf(round, bodiesARound) }
    return made.bodies
  }
  const took = (list: RoundTold[], round: RoundTold): number => {
    list.push(round)
    return round.tookMs
  }
  // The first round is the warm-up of both sides.
  const { oursMs, yardstickMs } = await sideBySide(rounds + 1, {
    ours: async (round) => took(told.ours, await ours.round(bodies(round))),
    yardstick: async (round) => took(told.yardstick, await parsing.round(bodies(round))),
  })
  const ratios = yardstickMs.map((ms, round) => rounded(ms / (oursMs[round] ?? Number.NaN)))
  const usOf = (list: readonly RoundTold[], part: 'all' | 'main'): number =>
    rounded((median(list.slice(1).map((each) => each[part])) * 1_000) / events)
  const waits = told.ours.slice(1).flatMap(({ answeredMs }) => answeredMs)
  const facts = told.ours.at(-1)?.facts
  const isBar = name === 'matching'
  sayRow({
    row: `_bulk, ${isBar ? 'all filters matched' : 'all rules on'}, fsync before the answer`,
    ...(isBar && { bar: 'bulk-ack' }),
    value: rounded(median(ratios.slice(1))),
    ratios,
    eventsPerSecond: Math.round((events / median(oursMs.slice(1))) * 1_000),
    yardstickPerSecond: Math.round((events / median(yardstickMs.slice(1))) * 1_000),
    processorUsAnEvent: { main: usOf(told.ours, 'main'), all: usOf(told.ours, 'all') },
    yardstickUsAnEvent: { main: usOf(told.yardstick, 'main'), all: usOf(told.yardstick, 'all') },
    answeredMs: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) },
    facts,
  })
  const matched = facts?.['matched'] ?? Number(facts?.['offered']) - Number(facts?.['deferred'])
  assert(matched === (rounds + 1) * events, 'every event was matched')
}

function bodiesOf(round: number, count: number): readonly Buffer[] {
  const events = processHeavy.events({
    ...fleetStream,
    seed: 1_000 + round,
    count: count * bodyEvents,
    startMs: Date.now() - 60_000,
    stepMs: 0.001,
  })
  const action = JSON.stringify({ create: { _index: processHeavy.index } })
  const lines = Array.from(events, (event) => `${action}\n${JSON.stringify(event)}\n`)
  return Array.from({ length: count }, (_, n) =>
    Buffer.from(lines.slice(n * bodyEvents, (n + 1) * bodyEvents).join('')),
  )
}
