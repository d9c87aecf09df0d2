import type { JsonObject } from '#base'
import type { ExceptionBook } from '#detect'
import type { RuleFileReading } from '#rule'

/** What became of the exceptions that came with rules. */
export interface ExceptionsImported {
  /** Lists and items stored. */
  readonly imported: number
  readonly errors: readonly JsonObject[]
}

/**
 * Stores the exception lists and items of a file. A list or an item that is there already stays as it is,
 * and that is told (`keep`); or what the file says of it counts and items that only the installation has
 * stay (`merge`); or the file's list takes the place of the stored one, items and all (`replace`).
 */
export async function importExceptions(
  { exceptions }: { readonly exceptions: ExceptionBook },
  { exceptionLists, exceptions: items }: Pick<RuleFileReading, 'exceptionLists' | 'exceptions'>,
  { existing }: { readonly existing: 'keep' | 'merge' | 'replace' },
): Promise<ExceptionsImported> {
  let imported = 0
  const errors: JsonObject[] = []
  const refuse = (name: JsonObject, status: number, message: string) =>
    void errors.push({ ...name, error: { status_code: status, message } })
  const left = new Set<string>()
  for (const list of exceptionLists) {
    const { listId } = list
    const before = await exceptions.list(listId)
    if (before !== undefined && existing === 'keep') {
      left.add(listId)
      const message = `Found that list_id: "${listId}" already exists. Import of list_id: "${listId}" skipped.`
      refuse({ list_id: listId }, 409, message)
      continue
    }
    if (before !== undefined && existing === 'replace') {
      const wanted = new Set(items.map(({ itemId }) => itemId))
      for (const { itemId } of await exceptions.items(listId)) {
        if (!wanted.has(itemId)) await exceptions.removeItem(itemId)
      }
    }
    await exceptions.putList(list)
    imported++
  }
  for (const item of items) {
    const { itemId, listId } = item
    const name = { item_id: itemId, list_id: listId }
    if (left.has(listId)) continue
    const before = await exceptions.item(itemId)
    if (before !== undefined && existing === 'keep') {
      const message = `Found that item_id: "${itemId}" already exists. Import of item_id: "${itemId}" skipped.`
      refuse(name, 409, message)
    } else if ((await exceptions.list(listId)) === undefined) {
      const message = `Exception list with list_id: "${listId}", not found for exception list item with item_id: "${itemId}"`
      refuse(name, 409, message)
    } else {
      await exceptions.putItem(item)
      imported++
    }
  }
  return { imported, errors }
}
