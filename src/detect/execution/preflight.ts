import type { RuleSource } from '#rule'
import type { TimeFields } from '#store'
import { messageOf } from '#base'
import type { ExecutionLog } from './execution-log.ts'
import type { DetectionWorld } from './world.ts'

/** The index patterns that a rule reads, or undefined where its data view is not there. */
export function indicesOf(
  source: RuleSource,
  { dataViews, defaultIndices }: Pick<DetectionWorld, 'dataViews' | 'defaultIndices'>,
): readonly string[] | undefined {
  if (source.dataViewId !== undefined) {
    return Object.hasOwn(dataViews, source.dataViewId) ? dataViews[source.dataViewId] : undefined
  }
  return source.index ?? defaultIndices
}

/**
 * Looks whether there is anything to read, and warns of indices in which events lack the timestamp.
 * False where no index matches, so that the execution has nothing to do.
 */
export async function hasIndices(
  world: DetectionWorld,
  { indices, time }: { readonly indices: readonly string[]; readonly time: TimeFields },
  log: ExecutionLog,
): Promise<boolean> {
  try {
    const present = await world.reader.indicesWith(indices)
    if (present.length === 0) {
      log.warn('no_matching_index', `no index matching ${indices.join(', ')} was found`)
      return false
    }
    const timed = new Set(await world.reader.indicesWith(indices, time.primary))
    const missing = present.filter(
      (index) => !(world.isMapped?.(index, time.primary) ?? timed.has(index)),
    )
    if (missing.length > 0) {
      const message = `the timestamp field ${time.primary} is missing in ${missing.join(', ')}`
      log.warn('missing_timestamp_field', message)
    }
  } catch (thrown) {
    log.warn('check_failed', `the indices could not be checked: ${messageOf(thrown)}`)
  }
  return true
}
