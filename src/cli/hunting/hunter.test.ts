import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import type { EventDocument } from '#event'
import { compileStages, eql, lowerEql, matchSequences } from '#query'
import { ruleFromWire, type Rule } from '#rule'
import { installedFields } from '../installed-fields.ts'
import { createHunter } from './hunter.ts'

const startMs = Date.UTC(2026, 2, 2, 12)

function ruleOf(query: string): Rule {
  const { rule, diagnostics } = ruleFromWire({
    rule_id: 'r',
    name: 'R',
    description: 'd',
    severity: 'low',
    risk_score: 1,
    type: 'eql',
    language: 'eql',
    query,
  })
  if (rule === undefined) throw new Error(JSON.stringify(diagnostics))
  return rule
}

function hunterOf(query: string) {
  return createHunter([ruleOf(query)], { exceptions: [], clock: manualClock(startMs) })
}

const stream = fc.array(
  fc.record({
    afterSeconds: fc.integer({ min: 0, max: 60 }),
    name: fc.constantFrom('a', 'b', 'c'),
    host: fc.oneof(fc.constantFrom('h', 'i'), fc.constant(['h', 'i'])),
  }),
  { maxLength: 30 },
)

function eventsOf(drawn: readonly { afterSeconds: number; name: string; host: unknown }[]) {
  let atMs = startMs
  return drawn.map(({ afterSeconds, name, host }, i): EventDocument => {
    atMs += afterSeconds * 1_000
    const named = { 'process.name': name, 'host.id': Array.isArray(host) ? host : [String(host)] }
    return {
      index: 'x',
      id: `e${i}`,
      source: { '@timestamp': new Date(atMs).toISOString(), ...named },
    }
  })
}

test.each([
  'sequence by host.id with maxspan=2m [any where process.name == "a"] [any where process.name == "b"]',
  'sequence by host.id [any where process.name == "a"] with runs=2 [any where process.name == "b"] until [any where process.name == "c"]',
  'sequence by host.id with maxspan=3m [any where process.name == "a"] ![any where process.name == "c"] [any where true]',
])('a hunt finds the sequences that are in its events: %s', (query) => {
  const statement = eql.parse(query)
  if (!statement.ok) throw new Error(JSON.stringify(statement.error))
  const fields = installedFields()
  const plan = lowerEql(statement.value, { fields })
  if (plan.kind !== 'sequence') throw new Error('a sequence')
  const timeMsOf = (source: EventDocument['source']) => Date.parse(String(source['@timestamp']))
  const stage = compileStages(plan, { fields, nowMs: startMs, timeMsOf })
  fc.assert(
    fc.property(stream, (drawn) => {
      const events = eventsOf(drawn)
      const hunter = hunterOf(query)
      const told = events.flatMap((event) => hunter.look(event))
      const staged = events.flatMap((event, sequence) => stage({ ...event, sequence }) ?? [])
      const expected = matchSequences(plan, staged).map(({ events: found }) =>
        found.map(({ id }) => id).join(),
      )
      const found = told.map(({ body }) => originsOf(body['kibana.alert.ancestors']))
      expect(new Set(found)).toEqual(new Set(expected))
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length)
    }),
    { numRuns: 200 },
  )
})

function originsOf(ancestors: unknown): string {
  const list: readonly { type?: unknown; id?: unknown }[] = Array.isArray(ancestors)
    ? ancestors
    : []
  return list.flatMap(({ type, id }) => (type === 'event' ? [String(id)] : [])).join()
}

test.each([
  'sequence by host.id with maxspan=2m [any where true] ![any where true]',
  'sequence by host.id with maxspan=2m ![any where true] [any where true] [any where true]',
  'sequence by host.id [any where true] [any where true] | tail 1',
  'sample by host.id [any where true] [any where true]',
  'any where true | head 1',
])('a hunt says that it cannot tell %s', (query) => {
  const { idle, running } = hunterOf(query)
  expect(running).toEqual([])
  expect(idle[0]?.diagnostics[0]?.message).toMatch(/use vedette rule backtest$/)
})
