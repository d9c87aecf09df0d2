import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { manualClock } from '#base'
import { lineSplitter } from '#server'
import { ruleFromWire, type Rule } from '#rule'
import type { Terminal } from '../terminal.ts'
import { soloCrew, workerCrew, type Crew } from './crew.ts'
import { eventReader, placeName } from './event-reader.ts'
import { createHunter } from './hunter.ts'
import { inputReader } from './input-reader.ts'
import { searchTexts } from './search-texts.ts'
import type { SiftPlan } from './sift-plan.ts'
import { maxLineBytes } from './sifter.ts'

const nowMs = Date.UTC(2026, 2, 2, 12)
const clock = manualClock(nowMs)

function ruleOf(id: string, wire: object): Rule {
  const { rule, diagnostics } = ruleFromWire({
    rule_id: id,
    name: id,
    description: 'd',
    severity: 'low',
    risk_score: 1,
    ...wire,
  })
  if (rule === undefined) throw new Error(JSON.stringify(diagnostics))
  return rule
}

const query = ruleOf('query', { type: 'query', language: 'kuery', query: 'process.name: docker' })
const newTerms = ruleOf('new', {
  type: 'new_terms',
  language: 'kuery',
  query: 'process.name: (docker or nc)',
  new_terms_fields: ['host.name'],
  history_window_start: 'now-7d',
})
const sequence = ruleOf('sequence', {
  type: 'eql',
  language: 'eql',
  query: 'sequence by host.name [any where process.name == "nc"] [any where process.name == "ls"]',
})

const event = fc
  .record({
    second: fc.nat(59),
    name: fc.constantFrom('docker', 'nc', 'ls', 'd\u00f6cker'),
    host: fc.constantFrom('a', 'b'),
    long: fc.boolean(),
  })
  .map(({ second, name, host, long }) => ({
    '@timestamp': new Date(nowMs + second * 1_000).toISOString(),
    process: { name },
    host: { name: host },
    ...(long && { message: 'x'.repeat(150) }),
  }))
const line = fc.oneof(
  { weight: 6, arbitrary: event.map((source) => JSON.stringify(source)) },
  event.map((source) => JSON.stringify(source).replace('docker', '\\u0064ocker')),
  event.map((source) => JSON.stringify({ _index: 'x', _id: 'i', _source: source })),
  fc.constantFrom('a', 'b').map((id) => JSON.stringify({ create: { _index: 'y', _id: id } })),
  fc.constantFrom('', ' ', '{"process":{"name":"docker"', '[]', 'docker', '\r', '{"index":{}}'),
  fc.constant('{"process":{"name":"docker"}}'),
)
const content = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('', '\n', '\r\n'))
  .map(([lines, end]) => lines.join('\n') + end)

interface Told {
  readonly alerts: readonly string[]
  readonly problems: readonly string[]
  readonly events: number
}

/** Line after line, parsed, each rule asked of each: what every quicker way must agree with. */
function slowly(rules: readonly Rule[], text: string, path: string): Told {
  const hunter = createHunter(rules, { exceptions: [], clock })
  const reader = eventReader('ndjson', { path, namelessIndex: 'hunt', nowMs })
  const lines = lineSplitter(maxLineBytes)
  const read = [...lines.push(Buffer.from(text)), ...lines.end()].flatMap((each) =>
    reader.take(each),
  )
  const events = read.filter((each) => each.kind === 'event')
  return {
    alerts: events.flatMap((each) => hunter.look(each.event)).map(({ id }) => id),
    problems: read.flatMap((each) =>
      each.kind === 'unreadable' ? placeName(path, each.number) : [],
    ),
    events: events.length,
  }
}

let directory = ''
const crews: Crew[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-hunting-'))
})
afterAll(async () => {
  await Promise.all(crews.map((crew) => crew.close()))
  await rm(directory, { recursive: true, force: true })
})

function planOf(rules: readonly Rule[], texts: readonly string[] | undefined): SiftPlan {
  const { filters } = createHunter(rules, { exceptions: [], clock })
  return { filters, nowMs, within: undefined, texts }
}

async function quickly(
  rules: readonly Rule[],
  { crew, path, rangeBytes }: { crew: Crew; path: string; rangeBytes: number },
  bytes: Uint8Array,
): Promise<Told> {
  await writeFile(path, bytes)
  const hunter = createHunter(rules, { exceptions: [], clock })
  const problems: string[] = []
  const alerts: string[] = []
  const terminal: Terminal = {
    out: () => undefined,
    note: () => undefined,
    drained: async () => undefined,
    err: (text) => {
      const place = /^warning: (.*:\d+): /.exec(text)?.[1]
      if (place !== undefined) problems.push(place)
    },
    input: (async function* (): AsyncGenerator<Uint8Array> {})(),
    outIsTty: false,
    errIsTty: false,
    columns: 80,
    env: {},
    clock,
    signal: new AbortController().signal,
    tint: (_, text) => text,
  }
  const reader = inputReader({
    terminal,
    format: 'ndjson',
    rangeBytes,
    look: (found, places) => hunter.judge(found, places),
    onAlerts: (found) => alerts.push(...found.map(({ id }) => id)),
  })
  await reader.read([{ path, bytes: bytes.length }], crew)
  const { events } = reader.tally
  return { alerts, problems, events }
}

test.each([
  ['this thread', 1, ''],
  ['this thread, compressed', 1, '.gz'],
  ['two threads over short ranges', 2, ''],
])('a hunt in %s tells what a slow one tells', async (_, threads, ending) => {
  const rules = [query, newTerms, sequence]
  const plan = planOf(rules, undefined)
  const crew = threads === 1 ? soloCrew(plan, noInput()) : workerCrew(plan, threads)
  crews.push(crew)
  const path = join(directory, `whole-${threads}.ndjson${ending}`)
  let alerts = 0
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 700 }), async (text, rangeBytes) => {
      const bytes = ending === '' ? Buffer.from(text) : gzipSync(text)
      const expected = slowly(rules, text, path)
      const found = await quickly(rules, { crew, path, rangeBytes }, bytes)
      expect(found).toEqual({ ...expected, problems: expected.problems.slice(0, 20) })
      alerts += found.alerts.length
    }),
    { numRuns: 40 },
  )
  expect(alerts).toBeGreaterThan(30)
})

test('a search for texts passes over no line that a rule is about', async () => {
  const rules = [query]
  const sample = Buffer.from('{"process":{"name":"ls"}}\n'.repeat(20))
  const texts = searchTexts(planOf(rules, undefined).filters, sample)
  expect(texts).toEqual(['docker', '\\u'])
  const crew = soloCrew(planOf(rules, texts), noInput())
  const path = join(directory, 'searched.ndjson')
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 700 }), async (text, rangeBytes) => {
      const expected = slowly(rules, text, path)
      const found = await quickly(rules, { crew, path, rangeBytes }, Buffer.from(text))
      expect(found.alerts).toEqual(expected.alerts)
    }),
    { numRuns: 60 },
  )
})

async function* noInput(): AsyncGenerator<Uint8Array> {}
