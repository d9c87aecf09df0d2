/**
 * What does a flood of sequences that are begun and never go on cost a sequence machine, and does it stay
 * within its bound? Every event begins a sequence of its own; the machine keeps, of each event, what leads
 * back to it. The yardstick matches the same events and reads their join keys, without a machine, in the
 * same run. Events are synthetic; a row for each bound, and one for sequences that all go on.
 * One JSON line per row. `node bench/sequence-flood.bench.ts [events]`
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { assert, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import {
  compileStages,
  sequenceMachine,
  type FilterPlan,
  type SequencePlan,
  type StagedEvent,
} from '#query'

const count = Number(process.argv[2] ?? 1_000_000)
const startMs = Date.UTC(2026, 10, 1)

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const plan: SequencePlan = {
  kind: 'sequence',
  stages: ['start', 'end'].map((type) => ({
    filter: is('event.type', type),
    keys: ['host.id', 'process.entity_id'].map((field) => ({ field, isOptional: false })),
    isMissing: false,
  })),
  maxSpanMs: 86_400_000,
  pipes: [],
}

/** What is kept of an event: enough to find it again. */
interface KeptEvent {
  readonly index: string
  readonly id: string
}

const stage = compileStages(plan, {
  fields: ecsCatalogue(),
  nowMs: startMs,
  timeMsOf: (source) => Number(source['@timestamp']),
})

const yardstickMs = timed(() => {
  let keys = 0
  for (let i = 0; i < count; i++) keys += staged(i, 'start').keysByStage.flat().length
  assert(keys === count, 'every event has one key')
})
say({ row: 'yardstick: match, read join keys', ...rateOf(yardstickMs, count) })

for (const maxEvents of [10_000, 100_000]) flood(maxEvents)
pairs(100_000)

function flood(maxEvents: number): void {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const machine = sequenceMachine<KeptEvent>(plan, { maxEvents })
  let peakHeld = 0
  const ms = timed(() => {
    for (let i = 0; i < count; i++) {
      machine.advance(startMs + i - 1)
      machine.push(staged(i, 'start'))
      peakHeld = Math.max(peakHeld, machine.counts().heldEvents)
    }
  })
  collectGarbage()
  const heldBytes = process.memoryUsage().heapUsed - before
  const { heldEvents, evicted } = machine.counts()
  assert(peakHeld <= maxEvents, 'the machine stays within its bound')
  assert(evicted === count - heldEvents, 'every sequence is held or counted')
  assert(machine.push(staged(0, 'end', count)).length === 0, 'the oldest are gone')
  assert(machine.push(staged(count - 1, 'end', count + 1)).length === 1, 'the latest are there')
  say({
    row: 'half-open sequences',
    maxEvents,
    heldEvents,
    evicted,
    heldMiB: round(heldBytes / 2 ** 20),
    bytesPerHeldEvent: Math.round(heldBytes / heldEvents),
    ...rateOf(ms, count),
    ratioToYardstick: round(yardstickMs / ms),
  })
}

function pairs(maxEvents: number): void {
  const machine = sequenceMachine<KeptEvent>(plan, { maxEvents })
  let matches = 0
  const ms = timed(() => {
    for (let i = 0; i < count / 2; i++) {
      machine.push(staged(i, 'start', 2 * i))
      matches += machine.push(staged(i, 'end', 2 * i + 1)).length
    }
  })
  assert(matches === count / 2, 'every sequence is found')
  assert(machine.counts().heldEvents === 0, 'nothing is left')
  say({ row: 'whole sequences', ...rateOf(ms, count), ratioToYardstick: round(yardstickMs / ms) })
}

/** Event number `at` of the stream, about process `i`. */
function staged(i: number, type: string, at = i): StagedEvent<KeptEvent> {
  const source: JsonObject = {
    '@timestamp': startMs + at,
    event: { category: ['process'], type: [type], action: type },
    host: { id: `host-${i % 50}`, name: `host-${i % 50}` },
    process: { entity_id: `entity-${i}`, pid: i % 32_768, name: 'sh', args: ['sh', '-c', 'id'] },
  }
  const found = stage({ source, sequence: at })
  assert(found !== undefined, 'every event plays a part')
  return { ...found, event: { index: 'logs-endpoint.events.process-default', id: `e${at}` } }
}

function is(field: string, value: string): FilterPlan {
  return {
    kind: 'match',
    field: { kind: 'field', name: field },
    literal: { value, quoted: true },
  }
}

function timed(work: () => void): number {
  const beganMs = performance.now()
  work()
  return performance.now() - beganMs
}

function rateOf(ms: number, events: number): { readonly eventsPerS: number } {
  return { eventsPerS: Math.round(events / (ms / 1000)) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function say(line: { readonly [key: string]: unknown }): void {
  console.log(JSON.stringify({ ...line, count }))
}
