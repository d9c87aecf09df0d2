import { messageOf, type Clock, type Logger } from '#base'
import type { EventStore, Retention } from '#store'
import { repeat } from './repeat.ts'

const everyMs = 3_600_000

/** Applies retention every hour, also where nothing new comes in; ends with the function that it gives. */
export function keepRetention(
  events: EventStore,
  {
    retention,
    clock,
    logger,
  }: { readonly retention: Retention; readonly clock: Clock; readonly logger: Logger },
): () => Promise<void> {
  return repeat(everyMs, clock, () =>
    events.retain(retention).then(
      (gone) =>
        gone > 0 ? logger.info('old events went by retention', { events: gone }) : undefined,
      (thrown: unknown) =>
        logger.error('retention could not be applied; it is tried again in an hour', {
          reason: messageOf(thrown),
        }),
    ),
  )
}
