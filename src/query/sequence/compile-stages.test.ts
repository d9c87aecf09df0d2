import { expect, test } from 'vitest'
import { ecsCatalogue, type EventSource } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { SequencePlan } from '../plan/event-query-plan.ts'
import { compileStages, filterOfStages } from './compile-stages.ts'

const is = (field: string, value: string): FilterPlan => ({
  kind: 'match',
  field: { kind: 'field', name: field },
  literal: { value, quoted: true },
})

const stageOf = (filter: FilterPlan, field: string) => ({
  filter,
  keys: [{ field, isOptional: false }],
  isMissing: false,
})

const start = stageOf(is('event.type', 'start'), 'process.entity_id')
const plan: SequencePlan = {
  kind: 'sequence',
  stages: [start, start, stageOf(is('event.type', 'end'), 'process.parent.entity_id')],
  until: stageOf(is('event.category', 'host'), 'process.entity_id'),
  pipes: [],
}

const stage = compileStages(plan, {
  fields: ecsCatalogue(),
  nowMs: 0,
  timeMsOf: (source) =>
    typeof source['@timestamp'] === 'number' ? source['@timestamp'] : undefined,
  tiebreakerField: 'event.sequence',
})

function staged(source: EventSource) {
  const found = stage({ source, sequence: 7 })
  if (found === undefined) return undefined
  const { at, keysByStage, untilKeys } = found
  const texts = keysByStage.map((keys) => keys.map(({ text }) => text))
  return { at, keysByStage: texts, untilKeys: untilKeys.map(({ text }) => text) }
}

test('an event plays every part whose filter it passes, under the keys of that stage', () => {
  const source = {
    '@timestamp': 5,
    event: { type: ['start', 'end'], category: 'host', sequence: 3 },
    process: { entity_id: 'a', parent: { entity_id: 'b' } },
  }
  expect(staged(source)).toEqual({
    at: { timeMs: 5, tiebreaker: 3, position: 7 },
    keysByStage: [['["a"]'], ['["a"]'], ['["b"]']],
    untilKeys: ['["a"]'],
  })
})

test('an event that can play no part, or stands nowhere in time, is left out', () => {
  const process = { entity_id: 'a' }
  expect(staged({ '@timestamp': 5, event: { type: 'change' }, process })).toBeUndefined()
  expect(staged({ '@timestamp': 5, event: { type: 'start' } })).toBeUndefined()
  expect(staged({ event: { type: 'start' }, process })).toBeUndefined()
})

test('what must be read is what passes any filter, each named once', () => {
  expect(filterOfStages(plan)).toEqual({
    kind: 'or',
    of: [is('event.type', 'start'), is('event.type', 'end'), is('event.category', 'host')],
  })
  expect(filterOfStages({ kind: 'sample', stages: [start] })).toEqual(start.filter)
})
