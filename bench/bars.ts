/** A limit that a measured figure must keep: at most, or at least. */
export type Limit = { readonly atMost: number } | { readonly atLeast: number }

/** One question of the table that `npm run bench` prints, and who answers it. */
export interface Bar {
  /** By this name a bench says that a row answers the question. */
  readonly id: string
  readonly question: string
  /** The unit of the figure; a ratio to the yardstick of the same run where it is absent. */
  readonly unit?: 'ms' | 'bytes' | '%'
  readonly limit: Limit
  /** What would be better still. */
  readonly beyond?: number
  /** The file that measures it, `bench/<name>.bench.ts`; absent while nobody has written it. */
  readonly bench?: string
}

/** Every bar. A new bench is one file, and one line here that names it. */
export const bars: readonly Bar[] = [
  {
    id: 'match-process',
    question: 'parse + all event filters of the corpus, process data, against JSON.parse per line',
    limit: { atMost: 0.5 },
    beyond: 0.25,
    bench: 'match-whole-corpus',
  },
  {
    id: 'match-mixed',
    question: 'the same on mixed data',
    limit: { atMost: 0.7 },
    beyond: 0.5,
    bench: 'match-whole-corpus',
  },
  {
    id: 'match-hostile',
    question: 'the same on hostile data, memory capped at 512 MB',
    limit: { atMost: 1.5 },
    beyond: 1,
    bench: 'match-whole-corpus',
  },
  {
    id: 'hunt-literal',
    question: 'one-literal rule hunting a file, rate against ripgrep counting that literal',
    limit: { atLeast: 0.7 },
    beyond: 1,
    bench: 'hunt-literal',
  },
  {
    id: 'hunt-corpus',
    question:
      'whole corpus hunting a file, time against DuckDB read_json answering one query, a thread each',
    limit: { atMost: 1 },
    beyond: 0.6,
    bench: 'hunt-corpus',
  },
  {
    id: 'first-seen-growth',
    question: 'first-seen check at 10 M combinations, time against 1 M',
    limit: { atMost: 1.5 },
    bench: 'first-seen',
  },
  {
    id: 'first-seen-bytes',
    question: 'memory of one combination',
    unit: 'bytes',
    limit: { atMost: 25 },
    bench: 'first-seen',
  },
  {
    id: 'first-seen-restart',
    question: 'restart of first-seen at 10 M combinations',
    unit: 'ms',
    limit: { atMost: 1_000 },
    bench: 'first-seen',
  },
  {
    id: 'bulk-ack',
    question:
      '_bulk with match and fsync before the answer, rate against the same server only parsing',
    limit: { atLeast: 1.2 },
    beyond: 2,
    bench: 'bulk-ack',
  },
  {
    id: 'store-size',
    question: 'store size against raw NDJSON',
    limit: { atMost: 0.15 },
    beyond: 0.11,
    bench: 'store-ingest',
  },
  {
    id: 'store-ingest',
    question: 'durable ingest, rate against SQLite with the same durability',
    limit: { atLeast: 3 },
    beyond: 5,
    bench: 'store-ingest',
  },
  {
    id: 'store-newest',
    question: '10 M events: newest 50 with a filter, time against DuckDB on one plain table',
    limit: { atMost: 1 },
    beyond: 0.5,
    bench: 'store-queries',
  },
  {
    id: 'store-9-minutes',
    question: '10 M events: a filter over 9 minutes, time against DuckDB',
    limit: { atMost: 1 },
    beyond: 0.5,
    bench: 'store-queries',
  },
  {
    id: 'store-24-hours',
    question: '10 M events: a filter over 24 hours, time against DuckDB',
    limit: { atMost: 1 },
    beyond: 0.5,
    bench: 'store-queries',
  },
  {
    id: 'store-histogram',
    question: '10 M events: hourly histogram over 14 days, time against DuckDB',
    limit: { atMost: 1 },
    beyond: 0.5,
    bench: 'store-queries',
  },
  {
    id: 'store-open',
    question: 'start-up of the store at 10 M events',
    unit: 'ms',
    limit: { atMost: 5_000 },
    bench: 'store-queries',
  },
  {
    id: 'hunt-two-workers',
    question: 'two workers hunting, rate against one',
    limit: { atLeast: 1.8 },
    bench: 'hunt-workers',
  },
  {
    id: 'exec-to-alert-p50',
    question: 'exec to stored alert at 500 exec/s with all Linux rules on, p50',
    unit: 'ms',
    limit: { atMost: 50 },
    beyond: 10,
    bench: 'exec-to-alert',
  },
  {
    id: 'exec-to-alert-p99',
    question: 'the same, p99',
    unit: 'ms',
    limit: { atMost: 500 },
    beyond: 100,
    bench: 'exec-to-alert',
  },
  {
    id: 'schedule-cpu',
    question: '2,068 rules on their own schedules over 10 M events: processor time of one core',
    unit: '%',
    limit: { atMost: 25 },
    beyond: 5,
    bench: 'schedule-2000-rules',
  },
]
