import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { readRules } from '#rule'
import { gatherFor } from './gathering.ts'
import { subjectOf, type Subject } from './subjects.ts'

const startMs = Date.UTC(2026, 2, 2, 12)

function subject(): Subject {
  const text = `
[rule]
rule_id = "r"
name = "R"
description = "d"
risk_score = 1
severity = "low"
type = "query"
index = ["logs-*"]
query = "process.name: a"
`
  const [rule] = readRules(Buffer.from(text), { path: 'r.toml' }).rules
  const made = rule && subjectOf(rule, { nowMs: startMs, installed: undefined })
  if (made === undefined || !('runnable' in made)) throw new Error('the rule must run')
  return made
}

function eventOf(n: number, name: string, index = 'logs-x') {
  const at = new Date(startMs + n * 1_000).toISOString()
  return { index, id: `e${n}`, source: { '@timestamp': at, 'process.name': name } }
}

test('only what a rule can see is kept, and all that came is counted', async () => {
  const one = subject()
  const gathering = gatherFor([one], manualClock(startMs))
  gathering.take(eventOf(1, 'a'))
  gathering.take(eventOf(1, 'a'))
  gathering.take(eventOf(2, 'b'))
  gathering.take(eventOf(3, 'a', 'metrics-x'))
  const gathered = await gathering.end()
  expect(gathered).toMatchObject({ events: 4, kept: 2, repeated: 1, storeKind: 'memory' })
  expect(gathered.firstMs).toBe(startMs + 1_000)
  expect(gathered.lastMs).toBe(startMs + 3_000)
  expect(gathered.bySubject.get(one)?.read).toBe(3)
  await gathered.close()
})

test('many events move to a temporary store, none lost on the way, their times in order', async () => {
  const one = subject()
  const gathering = gatherFor([one], manualClock(startMs))
  for (let n = 2_500; n > 0; n--) {
    gathering.take(eventOf(n, 'a'))
    await gathering.keptUp()
  }
  const gathered = await gathering.end()
  expect(gathered).toMatchObject({ events: 2_500, kept: 2_500, storeKind: 'temporary' })
  expect((await gathered.store.events.facts()).events).toBe(2_500)
  const { matchedMs = new Float64Array() } = gathered.bySubject.get(one) ?? {}
  expect([matchedMs.length, matchedMs[0]]).toEqual([2_500, startMs + 1_000])
  await gathered.close()
})
