import { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, silentLogger, type JsonObject, type JsonValue } from '#base'
import { createEngine } from '#detect'
import { ecsCatalogue } from '#event'
import { ruleFromWire, type Rule } from '#rule'
import { memoryStore } from '#store'
import { createIngest } from '../ingest.ts'
import { defaultBulkLimits, receiveBulk } from './receive.ts'
import { sourceScanner } from './scan-source.ts'

const nowMs = Date.UTC(2026, 10, 24, 12)
const at = '2026-11-24T11:59:00.000Z'
const context = { fields: ecsCatalogue(), nowMs }

const rules = [
  ruleOf({ rule_id: 'q', type: 'query', query: 'event.kind: bad or a: 1 or process.name: ü' }),
  ruleOf({
    rule_id: 'n',
    type: 'new_terms',
    query: 'event.kind: *',
    new_terms_fields: ['event.kind'],
    history_window_start: 'now-20m',
  }),
]

const member = fc.constantFrom(
  `"@timestamp":"${at}"`,
  '"@timestamp":1764000000000',
  '"@timestamp":"soon"',
  '"@timestamp":null',
  `"@timestamp":["${at}"]`,
  '"event":{"kind":"bad"}',
  '"event":{"kind":"good","ingested":"2001-01-01T00:00:00Z"}',
  '"event":{"ingested":null}',
  '"event":{}',
  '"event":[{"kind":"bad"}]',
  '"event":"{"',
  '"event":null',
  '"event.kind":"bad"',
  '"event.ingested":1',
  '"a":1',
  '"a":1.0',
  '"a":-0',
  '"a":1e400',
  '"a":0.30000000000000004',
  '"a":12345678901234567890',
  '"a":[1,{"b":null},[]]',
  '"process":{"name":"ü","pid":1,"args":["x","\\"y\\\\"]}',
  '"process":{"name":"\\u00fc","name":"b"}',
  '"process.name":"\\u0000\\u001f\\b\\u007f"',
  '"x":{"1":2,"a":{"a":1,"\\u0061":2}}',
  '"x":{"k":1,"k":2}',
  '"__proto__":{"a":1}',
  '"y": {"b" :1}',
  '"z":"\\/\\ud800"',
  `"deep":${'['.repeat(99)}${']'.repeat(99)}`,
  `"deep":${'['.repeat(100)}${']'.repeat(100)}`,
  `"huge":"${'x'.repeat(3_000)}"`,
)
const documents = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .uniqueArray(member, { maxLength: 6, selector: (text) => text.slice(0, text.indexOf(':')) })
      .map((members) => `{${[`"@timestamp":"${at}"`, ...members.slice(1)].join(',')}}`),
  },
  fc.array(member, { maxLength: 5 }).map((members) => `{${members.join(',')}}`),
  fc.json(),
  fc.constantFrom(
    '',
    '{"a":',
    '[1]',
    'undefined',
    '{"a":1}}',
    `{"@timestamp":"${at}","a":"\u2028"}`,
  ),
)
const action = fc.constantFrom(
  '{"create":{"_index":"x"}}',
  '{"create":{"_index":"logs-a-default"}}',
  '{"index":{"_index":"logs-a-default","_id":"one"}}',
  '{"create":{"_index":"x","_id":"two"}}',
)
const line = fc.tuple(action, documents, fc.constantFrom('\n', '\n', '\r\n'))
const body = fc
  .record({
    lines: fc.array(line, { maxLength: 8 }),
    blank: fc.boolean(),
    isFinished: fc.boolean(),
    badByte: fc.option(fc.nat(), { freq: 8 }),
  })
  .map(({ lines, blank, isFinished, badByte }) => {
    const text = lines.map(([first, second, end]) => `${first}${end}${second}${end}`).join('')
    const bytes = Buffer.from(`${blank ? '\n' : ''}${isFinished ? text : text.trimEnd()}`)
    if (badByte !== null && bytes.length > 0) bytes[badByte % bytes.length] = 0xff
    return bytes
  })

test('events that are scanned are answered, kept and alerted on as those that are parsed', async (test) => {
  test.skip(sourceScanner() === undefined, 'WebAssembly lacks SIMD here: everything is parsed')
  let kept = 0
  let scanned = 0
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (bytes, zipped) => {
      const byScan = await told(bytes, { scans: true, zipped })
      const { written, ...parsed } = await told(bytes, { scans: false, zipped })
      expect({ ...byScan, written: undefined }).toEqual({ ...parsed, written: undefined })
      expect(written).toBe(0)
      kept += byScan.found.length
      scanned += byScan.written
    }),
    { numRuns: 100 },
  )
  // The test fails too if everything was parsed after all.
  expect(scanned).toBeGreaterThan(kept / 10)
})

/** What a body brought about on one of the two roads. */
async function told(
  bytes: Buffer,
  { scans, zipped }: { readonly scans: boolean; readonly zipped: boolean },
) {
  const clock = manualClock(nowMs)
  const { events, documents } = memoryStore({ clock })
  const engine = createEngine({
    store: { ...memoryStore({ clock }), events, documents },
    clock,
    logger: silentLogger,
  })
  for (const rule of rules) await engine.rules.install(rule, { user: 'test' })
  await engine.start()
  let written = 0
  const ingest = createIngest({
    events,
    clock,
    offer: (offered) => {
      written += offered.filter((event) => event.written !== undefined).length
      engine.offer(offered)
    },
  })
  const limits = { ...defaultBulkLimits, maxLineBytes: 2_000 }
  const results = await receiveBulk(chunksOf(bytes, zipped), {
    ingest,
    events,
    clock,
    scans,
    limits,
  }).catch(String)
  await engine.idle()
  const found: JsonValue[] = []
  const request = { indices: ['*'], filter: { kind: 'all' }, order: 'sequence', context } as const
  for await (const page of events.search(request)) {
    // As a store on disk keeps them: no number is infinite, and zero has no sign.
    for (const { index, source } of page) found.push([index, JSON.parse(JSON.stringify(source))])
  }
  const alerts = await engine.alerts.list({ limit: 1_000 })
  await engine.stop()
  return {
    written,
    results: withoutNewIds(results),
    found,
    alerts: alerts.items
      .map(({ body: alert }) =>
        JSON.stringify([alert['kibana.alert.reason'], alert['kibana.alert.new_terms']]),
      )
      .toSorted(),
  }
}

function chunksOf(bytes: Buffer, zipped: boolean): AsyncIterable<Uint8Array> {
  return zipped ? Readable.from([gzipSync(bytes)]).pipe(createGunzip()) : Readable.from([bytes])
}

function withoutNewIds(value: unknown): JsonValue {
  const newId = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g
  return JSON.parse(JSON.stringify(value).replaceAll(newId, 'new'))
}

function ruleOf(members: JsonObject): Rule {
  const { rule, diagnostics } = ruleFromWire({
    name: 'A rule',
    description: 'For a test.',
    severity: 'low',
    risk_score: 21,
    from: 'now-9m',
    interval: '5m',
    index: ['x', 'logs-*'],
    language: 'kuery',
    ...members,
  })
  if (rule === undefined) throw new Error(JSON.stringify(diagnostics))
  return { ...rule, enabled: true }
}
