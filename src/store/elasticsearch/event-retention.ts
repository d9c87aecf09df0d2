import type { JsonObject } from '#base'
import type { Retention } from '../event-store.ts'
import type { Cluster } from './cluster.ts'
import { numberAt, objectsAt, textAt } from './reply.ts'

/** One index of a stream: what goes by retention goes as a whole. */
interface Volume {
  readonly index: string
  readonly events: number
  readonly bytes: number
  readonly firstMs: number
  readonly lastMs: number
  readonly lastSequence: number
}

/** What is to go: nobody who begins to read now may see it any more. */
export interface Gone {
  readonly events: number
  readonly throughSequence: number
  readonly indices: readonly string[]
}

/**
 * Chooses the oldest indices of a stream to go, and begins a new one when the newest holds a tenth of what is to be kept.
 * Deletes nothing: somebody may be reading.
 */
export async function applyRetention(
  {
    cluster,
    stream,
    ask,
    nowMs,
  }: {
    readonly cluster: Cluster
    readonly stream: string
    readonly ask: (body: JsonObject) => Promise<JsonObject>
    readonly nowMs: number
  },
  retention: Retention,
): Promise<Gone> {
  const volumes = await volumesOf(ask)
  const newest = volumes.at(-1)
  if (newest === undefined) return { events: 0, throughSequence: 0, indices: [] }
  const going = goingOf(volumes, retention, nowMs)
  if (going.includes(newest) || isFull(newest, retention, nowMs)) {
    await cluster.request({
      doing: `begin a new index of ${stream}`,
      method: 'POST',
      path: `/${stream}/_rollover`,
    })
  }
  return {
    events: going.reduce((sum, { events }) => sum + events, 0),
    throughSequence: going.at(-1)?.lastSequence ?? 0,
    indices: going.map(({ index }) => index),
  }
}

/** Deletes one index of a stream; one that has gone already is no fault. */
export async function deleteIndex(cluster: Cluster, index: string): Promise<void> {
  const doing = `delete ${index}`
  await cluster.request({ doing, method: 'DELETE', path: `/${index}`, accept: [404] })
}

function goingOf(
  volumes: readonly Volume[],
  { maxAgeMs = Infinity, maxBytes = Infinity }: Retention,
  nowMs: number,
): readonly Volume[] {
  const going: Volume[] = []
  let bytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0)
  for (const volume of volumes) {
    if (volume.lastMs >= nowMs - maxAgeMs && bytes <= maxBytes) break
    going.push(volume)
    bytes -= volume.bytes
  }
  return going
}

function isFull(
  { firstMs, bytes }: Volume,
  { maxAgeMs = Infinity, maxBytes = Infinity }: Retention,
  nowMs: number,
): boolean {
  return nowMs - firstMs > maxAgeMs / 10 || bytes > maxBytes / 10
}

async function volumesOf(
  ask: (body: JsonObject) => Promise<JsonObject>,
): Promise<readonly Volume[]> {
  const found = await ask({ size: 0, aggs: { volumes } })
  return objectsAt(found, 'aggregations', 'volumes', 'buckets')
    .map((bucket) => ({
      index: textAt(bucket, 'key'),
      events: numberAt(bucket, 'doc_count') ?? 0,
      bytes: numberAt(bucket, 'bytes', 'value') ?? 0,
      firstMs: numberAt(bucket, 'first_ms', 'value') ?? 0,
      lastMs: numberAt(bucket, 'last_ms', 'value') ?? 0,
      lastSequence: numberAt(bucket, 'last', 'value') ?? 0,
    }))
    .toSorted((a, b) => a.lastSequence - b.lastSequence)
}

const volumes: JsonObject = {
  terms: { field: '_index', size: 10_000 },
  aggs: {
    bytes: { sum: { field: 'vedette.bytes' } },
    first_ms: { min: { field: 'vedette.ingested_ms' } },
    last_ms: { max: { field: 'vedette.ingested_ms' } },
    last: { max: { field: 'vedette.sequence' } },
  },
}
