import type { WireStatus } from '#api'
import { isJsonObject, type JsonValue } from '#base'
import type { Metric, Sample } from './exposition.ts'

/** What a status says, as figures to watch. Indices are counted and not named: there may be ten thousand. */
export function metricsOf(status: WireStatus): readonly Metric[] {
  const { version, started_at, sensor, store, ingest, rules, alerts, first_seen } = status
  const cpu = process.cpuUsage()
  return [
    gauge('vedette_info', 'What runs here; always 1', [{ labels: { version }, value: 1 }]),
    gauge('process_start_time_seconds', 'When the server started, in seconds since 1970', [
      { value: Date.parse(started_at) / 1_000 },
    ]),
    counter('process_cpu_seconds_total', 'Processor time of the server', [
      { value: (cpu.user + cpu.system) / 1e6 },
    ]),
    gauge('process_resident_memory_bytes', 'Memory of the server', [
      { value: status.memory_bytes },
    ]),
    counter(
      'vedette_ingest_events_total',
      'Events by what became of them: kept, known already, refused',
      labelled('outcome', ingest),
    ),
    gauge('vedette_store_events', 'Events in the store', [{ value: store.events }]),
    gauge('vedette_store_bytes', 'What the events take on disk', [{ value: store.bytes }]),
    gauge('vedette_store_indices', 'Indices in the store', [{ value: store.indices.length }]),
    gauge('vedette_newest_event_time_seconds', 'The time of the newest event', [
      { value: newestMs(store.indices) / 1_000 },
    ]),
    gauge(
      'vedette_rules',
      'Rules: installed, on, and on with nothing that keeps them from running',
      [...labelled('state', rules)],
    ),
    gauge('vedette_alerts', 'Alerts by status', labelled('status', alerts)),
    gauge('vedette_first_seen_combinations', 'Combinations that new-terms rules remember', [
      { value: first_seen.combinations },
    ]),
    gauge('vedette_first_seen_bytes', 'Memory of what new-terms rules remember', [
      { value: first_seen.bytes },
    ]),
    gauge('vedette_first_seen_behind_events', 'Events that the indexes have not learnt yet', [
      { value: first_seen.behind },
    ]),
    gauge('vedette_sensor_mode', 'How this host is watched; 1 for the way in use', [
      { labels: { mode: sensor.mode }, value: 1 },
    ]),
    counter(
      'vedette_sensor_events_total',
      'What the sensor counted since it started: seen, lost, handed on, dropped',
      leaves(sensor.counters ?? {}),
    ),
  ]
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  help,
  type: 'gauge',
  samples,
})

const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...gauge(name, help, samples),
  type: 'counter',
})

function labelled(label: string, counts: { readonly [value: string]: number }): readonly Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

function newestMs(indices: WireStatus['store']['indices']): number {
  const times = indices.map(({ last_ms: at }) => (typeof at === 'number' ? at : Number.NaN))
  return times.reduce((a, b) => (b > a || Number.isNaN(a) ? b : a), Number.NaN)
}

/** Every number of a tree of counters, with the way to it as its label. */
function leaves(tree: JsonValue, path: readonly string[] = []): readonly Sample[] {
  if (typeof tree === 'number') return [{ labels: { count: path.join('.') }, value: tree }]
  if (!isJsonObject(tree)) return []
  return Object.entries(tree).flatMap(([name, value]) => leaves(value, [...path, name]))
}
