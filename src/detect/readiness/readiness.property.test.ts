import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock, silentLogger, type JsonObject, type JsonValue } from '#base'
import { valuesOf } from '#event'
import { openStore, type NewEvent, type Store } from '#store'
import { createEngine } from '../engine.ts'
import { installedOf, minuteMs, noonMs } from '../detect.fixture.ts'
import type { ReadinessReason } from './readiness.ts'

const values: { readonly [field: string]: readonly JsonValue[] } = {
  'event.category': ['process', 'file', ['process', 'network']],
  'event.dataset': ['a', 'b'],
  'process.name': ['sh', 'bash', ''],
  'process.pid': [1, '2', 3.5],
  'process.command_line': ['sh -c x'],
  'user.name': ['root', null, []],
  'own.thing': ['7', { below: 'x' }],
}
const fields = Object.keys(values)

const event: fc.Arbitrary<NewEvent> = fc
  .record({
    index: fc.constantFrom('logs-a-default', 'logs-b-default', 'winlogbeat-1'),
    at: fc.option(fc.integer({ min: -12, max: 0 }), { nil: undefined }),
    members: fc.record(
      Object.fromEntries(fields.map((field) => [field, fc.constantFrom(...(values[field] ?? []))])),
      { requiredKeys: [] },
    ),
  })
  .map(({ index, at, members }) => ({
    index,
    source: {
      ...(at === undefined ? {} : { '@timestamp': new Date(noonMs + at * minuteMs).toISOString() }),
      ...members,
    },
  }))

const word = fc.constantFrom(
  'process',
  'file',
  'network',
  'a',
  'c',
  'sh',
  'bash',
  '7',
  '1',
  's*',
  '*',
)
const condition = fc.oneof(
  fc
    .tuple(fc.constantFrom(...fields, 'process.command_line.text', 'process', 'dns.id'), word)
    .map(([field, value]) => `${field}: ${value}`),
  fc.constantFrom('process.pid > 1', 'process.pid <= 2', 'sh', 'process.*: sh'),
)
const query: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    tie('query').map((of) => `not (${of})`),
    fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a} or ${b})`),
  ),
})).query

const field = fc.constantFrom('process.name', 'user.name', 'dns.id', 'event.category')
const kind: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant({ type: 'query' }),
  field.map((name) => ({
    type: 'new_terms',
    new_terms_fields: [name],
    history_window_start: 'now-1d',
  })),
  fc
    .record({
      field: fc.array(field, { maxLength: 1 }),
      distinct: fc.option(fc.constant('process.pid')),
    })
    .map(({ field: grouped, distinct }) => ({
      type: 'threshold',
      threshold: {
        field: grouped,
        value: 1,
        ...(distinct === null ? {} : { cardinality: [{ field: distinct, value: 1 }] }),
      },
    })),
  fc.tuple(field, field).map(([ours, theirs]) => ({
    type: 'threat_match',
    threat_index: ['logs-*'],
    threat_query: '*',
    threat_mapping: [{ entries: [{ field: ours, type: 'mapping', value: theirs }] }],
  })),
)
const texts = fields.filter((name) => name !== 'process.pid')
const eqlCondition = fc.oneof(
  fc
    .tuple(fc.constantFrom(...texts, 'dns.id'), fc.constantFrom('==', ':', '!='), word)
    .map(([name, sign, value]) => `?${name} ${sign} "${value}"`),
  fc.constantFrom('?process.pid > 1', '?dns.id == null', 'true', 'not ?process.name : "sh"'),
)
const stage = fc
  .tuple(fc.constantFrom('any', 'process', 'file'), eqlCondition)
  .map(([category, of]) => `${category} where ${of}`)
const eql: fc.Arbitrary<JsonObject> = fc
  .oneof(
    stage,
    fc.tuple(field, stage, stage).map(([by, one, two]) => `sequence by ?${by} [${one}] [${two}]`),
    fc
      .tuple(field, stage, stage)
      .map(([by, one, two]) => `sequence by ${by} with maxspan=9m [${one}] ![${two}]`),
    fc.tuple(field, stage, stage).map(([by, one, two]) => `sample by ${by} [${one}] [${two}]`),
  )
  .map((text) => ({ type: 'eql', language: 'eql', query: text }))
const rule = fc
  .tuple(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(kind, query).map(([members, text]) => ({ ...members, query: text })),
      },
      { weight: 2, arbitrary: eql },
    ),
    fc.constantFrom(['logs-*'], ['logs-a-*', 'winlogbeat-*'], ['x-*']),
  )
  .map(([members, index]): JsonObject => ({ ...members, index, from: 'now-15m' }))

interface Tally {
  /** Types of rules that fired. */
  readonly fired: Set<JsonValue>
  could: number
  cannot: number
}

async function hold(
  store: Store,
  events: readonly NewEvent[],
  { rules, tally }: { readonly rules: readonly JsonObject[]; readonly tally: Tally },
): Promise<void> {
  const engine = createEngine({ store, clock: manualClock(noonMs), logger: silentLogger })
  await store.events.append(events)
  for (const members of rules) {
    const installed = installedOf(members)
    const [readiness] = await engine.readinessOf([installed.rule])
    const { created, status } = await engine.executeOnce(installed, { startedAtMs: noonMs })
    if (created > 0) tally.fired.add(members['type'] ?? null)
    expect(status, JSON.stringify(members)).not.toBe('failed')
    if (readiness?.verdict !== 'cannot-fire') tally.could++
    else {
      tally.cannot++
      expect(created, JSON.stringify(readiness.reasons)).toBe(0)
    }
    for (const reason of readiness?.reasons ?? []) expectTrue(reason, events)
  }
}

/** What a reason says of the events, by looking at all of them. */
function expectTrue(
  { fields: names = [], values: asked, indices, message }: ReadinessReason,
  events: readonly NewEvent[],
): void {
  if (indices === undefined) return
  for (const { index, source } of events) {
    if (!indices.includes(index)) continue
    for (const name of names) {
      const held = valuesOf(source, name)
      if (asked === undefined) expect(held, message).toEqual([])
      else
        expect(
          held.filter((value) => asked.includes(String(value))),
          message,
        ).toEqual([])
    }
  }
}

const input = [
  fc.array(event, { maxLength: 8 }),
  fc.array(rule, { minLength: 1, maxLength: 4 }),
] as const

test('no rule that is said not to be able to fire fires, and what is said of the events is true', async () => {
  const tally = { fired: new Set<JsonValue>(), could: 0, cannot: 0 }
  await fc.assert(
    fc.asyncProperty(...input, async (events, rules) => {
      const store = await openStore({ kind: 'memory', clock: manualClock(noonMs) })
      await hold(store, events, { rules, tally })
    }),
    { numRuns: 300 },
  )
  expect(Math.min(tally.could, tally.cannot)).toBeGreaterThan(100)
  expect(tally.fired).toEqual(new Set(['eql', 'new_terms', 'query', 'threat_match', 'threshold']))
}, 60_000)

test('the same holds over a store on disk, in segments and in its growing log', async () => {
  const tally = { fired: new Set<JsonValue>(), could: 0, cannot: 0 }
  await fc.assert(
    fc.asyncProperty(...input, async (events, rules) => {
      const directory = await mkdtemp(join(tmpdir(), 'vedette-readiness-'))
      const clock = manualClock(noonMs)
      const store = await openStore({ kind: 'embedded', directory, clock, segmentEvents: 3 })
      try {
        await hold(store, events, { rules, tally })
      } finally {
        await store.close()
        await rm(directory, { recursive: true })
      }
    }),
    { numRuns: 15 },
  )
  expect(tally.could + tally.cannot).toBeGreaterThan(0)
}, 60_000)
