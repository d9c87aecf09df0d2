import { expect, test } from 'vitest'
import { parseRuleTests } from './rule-tests.ts'

const path = 'rules/a/tests.yaml'

test('a test says what was there, when the rule ran and what it told', () => {
  const text = `
index: logs-endpoint.events.process-default
now: 2026-03-02T12:00:00Z
event:
  host.os.type: linux
  process: { name: docker }
tests:
  - name: a parent that was never seen
    history:
      - { at: -3d, user.id: "0" }
    events:
      - { at: -90s, _id: hit, process: null, process.name: podman }
      - { "@timestamp": "2026-03-02T11:00:00.123456789Z", _index: logs-other-default }
    alerts:
      - { kibana.alert.new_terms: [/tmp/x], process.pid: 4 }
  - name: silence
    now: 2026-03-03T00:00:00Z
    events: []
    alerts: []
`
  expect(parseRuleTests(text, { path })).toEqual({
    diagnostics: [],
    tests: [
      {
        name: 'a parent that was never seen',
        nowMs: Date.UTC(2026, 2, 2, 12),
        history: [
          {
            index: 'logs-endpoint.events.process-default',
            id: 'history-1',
            source: {
              '@timestamp': '2026-02-27T12:00:00.000Z',
              'host.os.type': 'linux',
              process: { name: 'docker' },
              'user.id': '0',
            },
          },
        ],
        events: [
          {
            index: 'logs-endpoint.events.process-default',
            id: 'hit',
            source: {
              '@timestamp': '2026-03-02T11:58:30.000Z',
              'host.os.type': 'linux',
              'process.name': 'podman',
            },
          },
          {
            index: 'logs-other-default',
            id: 'events-2',
            source: {
              '@timestamp': '2026-03-02T11:00:00.123456789Z',
              'host.os.type': 'linux',
              process: { name: 'docker' },
            },
          },
        ],
        alerts: [{ 'kibana.alert.new_terms': ['/tmp/x'], 'process.pid': [4] }],
        line: 8,
      },
      {
        name: 'silence',
        nowMs: Date.UTC(2026, 2, 3),
        history: [],
        events: [],
        alerts: [],
        line: 16,
      },
    ],
  })
})

test('a test that cannot be used is told with its place, and the others are read', () => {
  const text = `index: Logs
now: 2026-03-02T12:00:00Z
tests:
  - name: no time
    events: [{ _index: logs-a-default, user.id: "0" }]
    alerts: []
  - name: wrong time
    events: [{ _index: logs-a-default, at: soon }]
    alerts: []
  - name: wrong index
    events: [{ at: -1m }]
    alerts: []
  - name: no expectation
    evnets: []
  - name: right
    events: [{ _index: logs-a-default, at: -1m }]
    alerts: []
`
  const { tests, diagnostics } = parseRuleTests(text, { path })
  expect(tests.map(({ name }) => name)).toEqual(['right'])
  expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([
    ['rule.member-missing', 5],
    ['rule.not-a-time', 8],
    ['rule.not-an-index', 11],
    ['rule.member-missing', 13],
    ['rule.member-missing', 13],
    ['rule.unknown-member', 14],
  ])
})

test.each([
  ['text that is not YAML', 'tests: [\n', 'rule.yaml-syntax'],
  ['a list', '- a\n', 'rule.wrong-type'],
  ['nothing', '', 'rule.wrong-type'],
  ['another thing', 'rules: []\n', 'rule.member-missing'],
  [
    'aliases without end',
    `${Array.from(
      { length: 30 },
      (_, i) =>
        `a${i}: &a${i} [${
          i === 0
            ? '1'
            : Array(9)
                .fill(`*a${i - 1}`)
                .join(', ')
        }]`,
    ).join('\n')}\n`,
    'rule.yaml-syntax',
  ],
])('%s is told, not thrown', (_name, text, code) => {
  const { tests, diagnostics } = parseRuleTests(text, { path })
  expect(tests).toEqual([])
  expect(diagnostics[0]).toMatchObject({ code, origin: path })
})
