import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ecsCatalogue, type EventDocument } from '#event'
import { ruleFromWire, type InstalledRule } from '#rule'
import { alertBuilder } from './build-alert.ts'
import { isSequenceBlock, sequenceAlertIds } from './sequence-alert.ts'

const at = '2026-03-02T12:00:00.000Z'
const owner = { ruleUuid: 'uuid', space: 'default' }

function installed(members: JsonObject = {}): InstalledRule {
  const { rule } = ruleFromWire({
    rule_id: 'r',
    name: 'N',
    description: 'd',
    type: 'query',
    query: '*',
    severity: 'high',
    risk_score: 50,
    severity_mapping: [{ field: 'sev', operator: 'equals', value: 'x', severity: 'critical' }],
    risk_score_mapping: [{ field: 'score', operator: 'equals', value: '' }],
    rule_name_override: 'user.name',
    ...members,
  })
  if (rule === undefined) throw new Error('the rule could not be read')
  const who = { createdAt: at, createdBy: 'test', updatedAt: at, updatedBy: 'test' }
  return { uuid: owner.ruleUuid, rule, revision: 0, immutable: false, ...who }
}

function event(id: string, source: JsonObject): EventDocument {
  return { index: 'logs', id, source: { '@timestamp': at, ...source } }
}

function alertsOn(events: readonly EventDocument[], rule = installed()) {
  const build = alertBuilder({
    rule,
    fields: ecsCatalogue(),
    space: owner.space,
    indices: ['logs'],
    execution: { uuid: 'execution', kind: 'scheduled', startedAtMs: 0 },
    createdMs: 0,
    productVersion: '1',
    publicBaseUrl: 'http://house',
  })
  const ids = sequenceAlertIds(events, owner)
  const bodies = build.ofSequence({ events, ids, extras: { extra: true } }).map(({ body }) => body)
  return { ids, blocks: bodies.slice(0, -1), shell: bodies.at(-1) ?? {} }
}

const shared = { sev: 'x', score: 99, host: { name: 'h' }, user: { name: 'root' } }
const first = event('a', {
  ...shared,
  event: { category: 'process', action: 'start', kind: 'event' },
})
const second = event('b', { ...shared, event: { category: 'process', action: 'end' }, only: 1 })

test('each event of a sequence gets a building block that names the sequence and its place in it', () => {
  const { ids, blocks } = alertsOn([first, second])
  expect(blocks).toHaveLength(2)
  expect(blocks[1]).toMatchObject({
    'kibana.alert.uuid': ids.blocks[1],
    'kibana.alert.building_block_type': 'default',
    'kibana.alert.group.id': ids.shell,
    'kibana.alert.group.index': 1,
    'kibana.alert.depth': 1,
    'kibana.alert.ancestors': [{ id: 'b', type: 'event', index: 'logs', depth: 0 }],
    'kibana.alert.original_event.action': 'end',
    'event.kind': 'signal',
    only: 1,
  })
  expect(blocks[1]).not.toHaveProperty('extra')
})

test('the alert that stands for a sequence says what all its events say', () => {
  const { ids, shell } = alertsOn([first, second])
  expect(shell).toMatchObject({
    'kibana.alert.uuid': ids.shell,
    'kibana.alert.group.id': ids.shell,
    'kibana.alert.depth': 2,
    'kibana.alert.ancestors': [
      { id: 'a', type: 'event', index: 'logs', depth: 0 },
      { rule: 'uuid', id: ids.blocks[0], type: 'signal', index: '', depth: 1 },
      { id: 'b', type: 'event', index: 'logs', depth: 0 },
      { rule: 'uuid', id: ids.blocks[1], type: 'signal', index: '', depth: 1 },
    ],
    'kibana.alert.url': `http://house/alerts/${ids.shell}`,
    'kibana.alert.reason': 'process event by root on h created high alert N.',
    'kibana.alert.original_event.category': 'process',
    'kibana.alert.original_time': at,
    'event.kind': 'signal',
    event: { category: 'process' },
    extra: true,
  })
  for (const name of ['only', 'kibana.alert.original_event.action', 'kibana.alert.group.index']) {
    expect(Object.keys(shell)).not.toContain(name)
  }
})

test('a time of its own has only a sequence whose events have one', () => {
  const later = {
    ...second,
    source: { ...second.source, '@timestamp': '2026-03-02T12:00:01.000Z' },
  }
  expect(Object.keys(alertsOn([first, later]).shell)).not.toContain('kibana.alert.original_time')
})

test('no severity, risk score or name of an event overrides that of the rule', () => {
  const { blocks, shell } = alertsOn([first, second])
  for (const alert of [...blocks, shell]) {
    expect(alert).toMatchObject({
      'kibana.alert.severity': 'high',
      'kibana.alert.risk_score': 50,
      'kibana.alert.rule.name': 'N',
    })
  }
})

test('the alert that stands for a sequence is a building block only where the rule makes such', () => {
  const name = 'kibana.alert.building_block_type'
  expect(Object.keys(alertsOn([first, second]).shell)).not.toContain(name)
  const { shell } = alertsOn([first, second], installed({ building_block_type: 'default' }))
  expect(shell[name]).toBe('default')
  expect(isSequenceBlock(shell)).toBe(false)
})

test('the same events in the same order have the same ids; any other sequence has others, for all', () => {
  const ids = sequenceAlertIds([first, second], owner)
  expect(sequenceAlertIds([first, second], owner)).toEqual(ids)
  const others = [
    sequenceAlertIds([second, first], owner),
    sequenceAlertIds([first, event('c', {})], owner),
    sequenceAlertIds([first, second, first], owner),
    sequenceAlertIds([first, second], { ...owner, ruleUuid: 'another' }),
    sequenceAlertIds([first, second], { ...owner, space: 'another' }),
  ]
  const all = [ids, ...others].flatMap(({ shell, blocks }) => [shell, ...blocks])
  expect(new Set(all).size).toBe(all.length)
})

test('a sequence of alerts brings their ancestors and lies one deeper than they', () => {
  const alert = event('alert', {
    'kibana.alert.uuid': 'alert',
    'kibana.alert.rule.uuid': 'another',
    'kibana.alert.depth': 1,
    'kibana.alert.ancestors': [{ id: 'x', type: 'event', index: 'logs', depth: 0 }],
  })
  const { shell, ids } = alertsOn([alert, second])
  expect(shell['kibana.alert.depth']).toBe(3)
  expect(shell['kibana.alert.ancestors']).toMatchObject([
    { id: 'x' },
    { id: 'alert', rule: 'another', depth: 1 },
    { id: ids.blocks[0], depth: 2 },
    { id: 'b' },
    { id: ids.blocks[1], depth: 1 },
  ])
})
