import type { FieldCatalogue } from '#event'
import type { ExceptionItem } from '#rule'
import type { ExceptionBook } from '../exceptions.ts'
import { effectiveFilter } from '../execution/effective-filter.ts'
import type { ExceptingItem } from '../execution/excepting-item.ts'

/** The items as they would be asked if none had expired; those that cannot be applied are left out. */
export async function readyItems(
  exceptions: ExceptionBook,
  items: readonly ExceptionItem[],
  context: { readonly fields: FieldCatalogue; readonly nowMs: number },
): Promise<ReadonlyMap<string, ExceptingItem>> {
  const named = new Set(
    items.flatMap(({ entries }) =>
      entries.flatMap((each) => (each.type === 'list' ? [each.list.id] : [])),
    ),
  )
  const loaded = await Promise.all([...named].map((id) => exceptions.values.load(id)))
  const lasting = items.map(({ expireTime: _expiry, ...item }) => item)
  const { items: small, largeItems } = effectiveFilter({
    filter: { kind: 'all' },
    exceptions: lasting,
    valueLists: loaded.filter((list) => list !== undefined),
    settings: {},
    context,
    readsDocuments: true,
  })
  return new Map([...small, ...largeItems].map((item) => [item.itemId, item]))
}
