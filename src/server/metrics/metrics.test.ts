import { expect, test } from 'vitest'
import type { WireStatus } from '#api'
import { expositionOf } from './exposition.ts'
import { metricsOf } from './metrics.ts'

const status: WireStatus = {
  version: '1.2.3',
  started_at: '2026-11-24T12:00:00.000Z',
  data_directory: '/var/lib/vedette',
  demo: false,
  sensor: {
    mode: 'bpf',
    blind_spots: [],
    counters: { source: { lost: 3 }, queue: { waiting: 1, dropped: { exec: 2 } } },
  },
  store: {
    events: 10,
    bytes: 2_048,
    indices: [
      { index: 'logs-a', events: 1, first_ms: null, last_ms: null },
      { index: 'logs-b', events: 9, first_ms: 1_000, last_ms: 5_000 },
      { index: 'logs-c', events: 9, first_ms: 1_000, last_ms: 3_000 },
    ],
  },
  ingest: { created: 7, exists: 2, refused: 1 },
  rules: { installed: 97, enabled: 90, runnable: 89 },
  alerts: { open: 4, acknowledged: 1, closed: 0 },
  first_seen: {
    combinations: 0,
    bytes: 0,
    behind: 0,
    answered: { by_index: 0, by_window: 0, by_scan: 0 },
    indexes: [],
  },
  memory_bytes: 100,
}

const text = expositionOf(metricsOf(status))

test('each figure of the status stands in the text, with its type', () => {
  expect(text).toContain('# TYPE vedette_ingest_events_total counter\n')
  expect(text).toContain('vedette_ingest_events_total{outcome="refused"} 1\n')
  expect(text).toContain('vedette_rules{state="runnable"} 89\n')
  expect(text).toContain('vedette_alerts{status="open"} 4\n')
  expect(text).toContain('vedette_newest_event_time_seconds 5\n')
  expect(text).toContain('vedette_sensor_events_total{count="source.lost"} 3\n')
  expect(text).toContain('vedette_sensor_events_total{count="queue.dropped.exec"} 2\n')
})

test('an empty store has no newest event, and says nothing of one', () => {
  const empty = metricsOf({ ...status, store: { events: 0, bytes: 0, indices: [] } })
  expect(expositionOf(empty)).not.toMatch(/^vedette_newest_event_time_seconds /m)
})

test('each line is a comment, or a name with a number', () => {
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|[a-z_]+(\{\w+="[^"]*"\})? -?[\d.e+]+)$/)
  }
})

test('labels cannot break out of their quotes', () => {
  const value = 'a"b\\c\nd'
  const metric = { name: 'x', help: 'h', type: 'gauge' as const }
  expect(expositionOf([{ ...metric, samples: [{ labels: { l: value }, value: 1 }] }])).toBe(
    '# HELP x h\n# TYPE x gauge\nx{l="a\\"b\\\\c\\nd"} 1\n',
  )
})
