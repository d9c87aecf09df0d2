import type { JsonObject, JsonValue } from '#base'
import { maxAggregationDepth } from '../limits.ts'
import { objectAt, unsupportedAt, wrongAt } from '../read/members.ts'
import type { Aggregation, AggregationReading, OpenTally } from './aggregation.ts'
import { aggregations } from './aggregations.ts'

const byKind: ReadonlyMap<string, Aggregation> = new Map(
  aggregations.map((aggregation) => [aggregation.kind, aggregation]),
)

/** Begins nothing, and tells nothing. */
const nothing: OpenTally = () => ({ add: () => undefined, result: () => ({}) })

/**
 * Reads `aggs`: names, and under each one kind of aggregation with, beside it, the aggregations within. What it
 * gives tells one member a name.
 */
export function readAggregations(
  value: JsonValue | undefined,
  reading: Omit<AggregationReading, 'inner' | 'innerNames'>,
  depth = 1,
): OpenTally {
  if (value === undefined || value === null) return nothing
  if (depth > maxAggregationDepth) {
    throw wrongAt(reading.at, `nests deeper than ${maxAggregationDepth} levels`)
  }
  const named = Object.entries(objectAt(value, reading.at)).map(
    ([name, body]) =>
      [name, readNamed(body, { ...reading, at: `${reading.at}.${name}` }, depth)] as const,
  )
  if (named.length === 0) return nothing
  return () => {
    const open = named.map(([name, openTally]) => [name, openTally()] as const)
    return {
      add(document) {
        for (const [, tally] of open) tally.add(document)
      },
      result: () => Object.fromEntries(open.map(([name, tally]) => [name, tally.result()])),
    }
  }
}

function readNamed(
  value: JsonValue,
  reading: Omit<AggregationReading, 'inner' | 'innerNames'>,
  depth: number,
): OpenTally {
  const { aggs, aggregations: inside = aggs, meta, ...kinds } = objectAt(value, reading.at)
  const [kind, ...others] = Object.keys(kinds)
  if (kind === undefined || others.length > 0) {
    throw wrongAt(
      reading.at,
      `must have one kind of aggregation, found [${Object.keys(kinds).join(', ')}]`,
    )
  }
  const aggregation = byKind.get(kind)
  if (aggregation === undefined) {
    throw unsupportedAt(
      reading.at,
      `there is no aggregation [${kind}]; there are ${[...byKind.keys()].join(', ')}`,
    )
  }
  const innerNames =
    inside === undefined || inside === null
      ? []
      : Object.keys(objectAt(inside, `${reading.at}.aggs`))
  if (innerNames.length > 0 && !aggregation.hasBuckets) {
    throw wrongAt(reading.at, `[${kind}] makes no buckets: no aggregation can stand in it`)
  }
  const inner = readAggregations(inside, { ...reading, at: `${reading.at}.aggs` }, depth + 1)
  const open = aggregation.read(kinds[kind] ?? null, {
    ...reading,
    at: `${reading.at}.${kind}`,
    inner,
    innerNames,
  })
  return meta === undefined ? open : withMeta(open, objectAt(meta, `${reading.at}.meta`))
}

function withMeta(open: OpenTally, meta: JsonObject): OpenTally {
  return () => {
    const tally = open()
    return { add: (document) => tally.add(document), result: () => ({ meta, ...tally.result() }) }
  }
}
