import { expect, test } from 'vitest'
import type { AlertBody } from '#alert'
import { at, noonMs } from './investigate.fixture.ts'
import { relatedAlerts, type AlertReader } from './related-alerts.ts'

const alert = (members: AlertBody): AlertBody => ({
  '@timestamp': at(0),
  'kibana.alert.rule.uuid': 'other',
  'host.name': 'edge',
  ...members,
})

/** A reader over alerts in an array, by the same conditions as an alert book. */
function readerOf(bodies: readonly AlertBody[]): AlertReader {
  const all = bodies.map((body, number) => ({ id: String(number), body }))
  const meant = (query: Parameters<AlertReader['list']>[0]) =>
    all.filter(
      ({ body }) =>
        (query.host === undefined || body['host.name'] === query.host) &&
        (query.ruleUuid === undefined || body['kibana.alert.rule.uuid'] === query.ruleUuid) &&
        (query.status === undefined ||
          query.status.some(
            (status) => status === (body['kibana.alert.workflow_status'] ?? 'open'),
          )),
    )
  return {
    list: async (query) => ({ items: meant(query) }),
    count: async (query) => meant(query).length,
  }
}

const own = alert({
  'kibana.alert.rule.uuid': 'mine',
  'user.name': 'deploy',
  process: { entity_id: 'p', parent: { entity_id: 'q' } },
})

test('the nearest kin comes first, and alerts of the same rule are told as counts', async () => {
  const reader = readerOf([
    own,
    alert({ 'kibana.alert.rule.name': 'on the host' }),
    alert({ 'kibana.alert.rule.name': 'of the user', 'user.name': 'deploy' }),
    alert({ 'kibana.alert.rule.name': 'of the tree', process: { parent: { entity_id: 'p' } } }),
    alert({ 'kibana.alert.rule.name': 'elsewhere', 'host.name': 'other' }),
    alert({
      'kibana.alert.rule.uuid': 'mine',
      'kibana.alert.workflow_status': 'closed',
      'kibana.alert.workflow_reason': 'false_positive',
    }),
  ])
  const { near, sameRule } = await relatedAlerts({ id: '0', body: own }, reader, noonMs)
  expect(near.map(({ how, row }) => [how, row.rule])).toEqual([
    ['same process tree', 'of the tree'],
    ['same user', 'of the user'],
    ['same host', 'on the host'],
  ])
  expect(sameRule).toEqual({
    open: 1,
    acknowledged: 0,
    closed: 1,
    falsePositives: 1,
    truePositives: 0,
    isCut: false,
  })
})

test('an alert without a host has nobody near', async () => {
  const nowhere = { '@timestamp': at(0) }
  const { near } = await relatedAlerts({ id: 'x', body: nowhere }, readerOf([own]), noonMs)
  expect(near).toEqual([])
})
