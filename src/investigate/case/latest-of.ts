import type { JsonObject } from '#base'
import type { Collection, Versioned } from '#store'

const maxShown = 200

/** What a collection with the keys `alert_id` and `at_ms` keeps of an alert, newest first, at most two hundred. */
export async function latestOf<T extends JsonObject>(
  kept: Collection<T>,
  alertId: string,
): Promise<readonly Versioned<T>[]> {
  const { items } = await kept.find({
    where: [{ key: 'alert_id', in: [alertId] }],
    sort: { key: 'at_ms', direction: 'desc' },
    limit: maxShown,
  })
  return items
}
