import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, silentLogger, type JsonObject } from '#base'
import type { EventDocument } from '#event'
import { readRules, type Rule } from '#rule'
import { memoryStore } from '#store'
import { createEngine, type Engine } from '../engine.ts'
import { gatherFor } from './gathering.ts'
import { replayOf } from './replay.ts'
import { defaultIndices, namelessIndex, subjectOf, type Subject } from './subjects.ts'

const startMs = Date.UTC(2026, 2, 2, 12)
const stretch = { fromMs: startMs, toMs: startMs + 60 * 60_000 }

function ruleOf(members: string): Rule {
  const text = `
[rule]
rule_id = "r"
name = "R"
description = "d"
risk_score = 1
severity = "low"
interval = "5m"
max_signals = 3
${members}
`
  const { rules, diagnostics } = readRules(Buffer.from(text), { path: 'r.toml' })
  const [rule] = rules
  if (rule === undefined) throw new Error(JSON.stringify(diagnostics))
  return rule
}

const query = `type = "query"\nlanguage = "kuery"\nindex = ["logs-*"]\nquery = "process.name: a"\n`

function eql(text: string): string {
  return `type = "eql"\nlanguage = "eql"\nindex = ["logs-*"]\nfrom = "now-9m"\nquery = '${text}'\n`
}

const rules: readonly (readonly [string, Rule])[] = [
  ['an overlapping window', ruleOf(`${query}from = "now-9m"`)],
  ['a window that is shorter than the interval', ruleOf(`${query}from = "now-1m"`)],
  [
    'a timestamp of its own',
    ruleOf(`${query}from = "now-6m"\ntimestamp_override = "event.ingested"`),
  ],
  [
    'suppression over a duration',
    ruleOf(
      `${query}from = "now-9m"\n[rule.alert_suppression]\ngroup_by = ["user.name"]\nduration = { value = 12, unit = "m" }`,
    ),
  ],
  [
    'new terms',
    ruleOf(
      `type = "new_terms"\nfrom = "now-9m"\nindex = ["logs-*"]\nquery = "process.name: a"\n[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ["user.name"]\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "now-30m"`,
    ),
  ],
  ['single events of EQL', ruleOf(eql('any where process.name == "a" | tail 2'))],
  [
    'a sequence',
    ruleOf(
      eql(
        'sequence by user.name with maxspan=4m [any where process.name == "a"] [any where true] until [any where process.name == "b"]',
      ),
    ),
  ],
  [
    'a sequence that nothing follows',
    ruleOf(
      eql(
        'sequence by user.name with maxspan=4m [any where process.name == "a"] ![any where process.name == "b"]',
      ),
    ),
  ],
  [
    'a sample',
    ruleOf(
      eql('sample by user.name [any where process.name == "a"] [any where process.name == "b"]'),
    ),
  ],
  ['a query that asks for now', ruleOf(query.replace('process.name: a', '@timestamp < now-3m'))],
]

const anEvent = fc.record({
  atMs: fc.integer({ min: -20, max: 62 * 60 }).map((seconds) => startMs + seconds * 1_000),
  lateMs: fc.option(fc.integer({ min: 0, max: 600_000 })),
  user: fc.constantFrom('u', 'v', 'w'),
  name: fc.constantFrom('a', 'a', 'b'),
  index: fc.constantFrom('logs-x', 'other', namelessIndex),
})

function eventOf(
  {
    atMs,
    lateMs,
    user,
    name,
    index,
  }: { atMs: number; lateMs: number | null; user: string; name: string; index: string },
  at: number,
): EventDocument {
  const ingested = lateMs === null ? {} : { event: { ingested: iso(atMs + lateMs) } }
  const source = { '@timestamp': iso(atMs), 'user.name': user, 'process.name': name, ...ingested }
  return { index, id: `e${at}`, source }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

test.each(rules)(
  'a replay of %s tells what executing every window over all events tells',
  async (_what, rule) => {
    const subject = subjectOf(rule, { nowMs: startMs, installed: undefined })
    if (!('runnable' in subject)) throw new Error('the rule must run')
    await fc.assert(
      fc.asyncProperty(fc.array(anEvent, { maxLength: 25 }), async (drawn) => {
        const events = drawn.map(eventOf)
        expect(await replayed(subject, events)).toEqual(await everyWindow(subject, events))
      }),
      { numRuns: 40 },
    )
  },
)

async function replayed(subject: Subject, events: readonly EventDocument[]): Promise<unknown> {
  const clock = manualClock(startMs)
  const gathering = gatherFor([subject], clock)
  for (const event of events) gathering.take(event)
  await gathering.keptUp()
  const gathered = await gathering.end()
  const replay = replayOf(gathered, { stretch, clock })
  await replay.run(new AbortController().signal, {
    onAlerts: () => undefined,
    onExecution: () => undefined,
    keptUp: async () => undefined,
  })
  const told = await alertsOf(replay.engine)
  await gathered.close()
  return told
}

/** The slow, obvious twin: nothing is left out. */
async function everyWindow(
  { installed, intervalMs }: Subject,
  events: readonly EventDocument[],
): Promise<unknown> {
  const clock = manualClock(startMs)
  const store = memoryStore({ clock })
  await store.events.append(events)
  const engine = createEngine({
    store,
    clock,
    logger: silentLogger,
    defaultIndices,
  })
  let previousMs: number | undefined
  for (let dueMs = startMs + intervalMs; ; dueMs += intervalMs) {
    await clock.advanceTo(dueMs)
    await engine.executeOnce(installed, {
      startedAtMs: dueMs,
      ...(previousMs !== undefined && { previousStartedAtMs: previousMs }),
    })
    previousMs = dueMs
    if (dueMs >= stretch.toMs) break
  }
  return alertsOf(engine)
}

async function alertsOf(engine: Engine): Promise<readonly JsonObject[]> {
  const { items } = await engine.alerts.list({ limit: 10_000, direction: 'asc' })
  return items.map(({ body }) => {
    const { 'kibana.alert.rule.execution.uuid': _execution, ...rest } = body
    return rest
  })
}

test('a replay that is interrupted says how far it came, and keeps what it found', async () => {
  const [, rule] = rules[0] ?? []
  const subject = rule && subjectOf(rule, { nowMs: startMs, installed: undefined })
  if (subject === undefined || !('runnable' in subject)) throw new Error('the rule must run')
  const clock = manualClock(startMs)
  const gathering = gatherFor([subject], clock)
  for (const minute of [1, 31]) {
    const source = { '@timestamp': iso(startMs + minute * 60_000), 'process.name': 'a' }
    gathering.take({ index: 'logs-x', id: `e${minute}`, source })
  }
  const gathered = await gathering.end()
  const interrupt = new AbortController()
  const replay = replayOf(gathered, { stretch, clock })
  const end = await replay.run(interrupt.signal, {
    onAlerts: () => interrupt.abort(),
    onExecution: () => undefined,
    keptUp: async () => undefined,
  })
  expect(end).toEqual({ reachedMs: startMs, executions: 1 })
  expect(await alertsOf(replay.engine)).toHaveLength(1)
})
