import type { HistogramRequest, TimeBucket, TopValues, TopValuesRequest } from '../event-store.ts'
import { histogramTally, valuesTally } from '../tally.ts'
import { minuteMs, type BlockFacts } from './block.ts'
import { timeBoundsOf } from './block-choice.ts'
import { blocksOf, scanBlock } from './scan.ts'
import { candidatesOf, type SnapshotPart } from './search.ts'

/** Matching events of a snapshot by time. Blocks that know their minutes, and lie wholly in, are not read. */
export async function histogramOf(
  parts: readonly SnapshotPart[],
  request: HistogramRequest,
  { pruning }: { readonly pruning: boolean },
): Promise<readonly TimeBucket[]> {
  const candidates = candidatesOf(parts, { ...request, order: 'sequence' }, pruning)
  const tally = histogramTally(request)
  const mayAdd =
    pruning &&
    request.filter.kind === 'all' &&
    (request.afterSequence ?? 0) === 0 &&
    request.among === undefined &&
    request.bucketMs % minuteMs === 0
  for (const block of blocksOf(candidates)) {
    const { facts } = block
    if (mayAdd && facts?.minutes !== undefined && liesIn(facts, request, candidates.included)) {
      for (const [minute, events] of facts.minutes) tally.addAt(minute * minuteMs, events)
      continue
    }
    for (const { event } of await scanBlock(candidates, block, request.signal)) tally.add(event)
  }
  request.signal?.throwIfAborted()
  return tally.buckets()
}

/** Whether every event of a block that has a time is in the question's range and indices. */
function liesIn(
  facts: BlockFacts,
  { time }: HistogramRequest,
  included: (index: string) => boolean,
): boolean {
  const { primary, secondary } = time.fields
  const own = facts.times[primary]
  if (primary !== '@timestamp' || own === undefined) return false
  if (secondary !== undefined && own.missing > 0) return false
  const { firstMs, lastMs } = timeBoundsOf(facts.times, { primary })
  return firstMs >= time.fromMs && lastMs <= time.toMs && facts.indices.every(included)
}

/** Values of a field in matching events of a snapshot. */
export async function topValuesOf(
  parts: readonly SnapshotPart[],
  request: TopValuesRequest,
  { pruning }: { readonly pruning: boolean },
): Promise<TopValues> {
  const holding = [[{ kind: 'field', field: request.field }]] as const
  const candidates = candidatesOf(parts, { ...request, holding, order: 'sequence' }, pruning)
  const tally = valuesTally(request)
  for (const block of blocksOf(candidates)) {
    for (const { event } of await scanBlock(candidates, block, request.signal)) tally.add(event)
  }
  request.signal?.throwIfAborted()
  return tally.top()
}
