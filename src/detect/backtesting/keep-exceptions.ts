import type { ExceptionItem, ValueList } from '#rule'
import type { ExceptionBook } from '../exceptions.ts'

/** Keeps exception items in an empty installation, with lists to be in and the value lists that they name. */
export async function keepExceptions(
  exceptions: ExceptionBook,
  {
    items,
    valueLists,
  }: { readonly items: readonly ExceptionItem[]; readonly valueLists: readonly ValueList[] },
): Promise<void> {
  for (const listId of new Set(items.map((item) => item.listId))) {
    const list = { listId, name: listId, type: 'detection', namespaceType: 'single' } as const
    await exceptions.putList({ ...list, unknown: {} })
  }
  for (const item of items) await exceptions.putItem(item)
  for (const list of new Map(valueLists.map((each) => [each.id, each])).values()) {
    await exceptions.putValueList(list)
  }
}
