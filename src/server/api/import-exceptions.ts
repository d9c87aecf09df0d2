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
 * Stores the exception lists and items of a file. Without `overwrite` a list or an item that is there
 * already stays as it is, and that is told; with it a list in the file takes the place of the stored one,
 * items and all.
 */
export async function importExceptions(
  { exceptions }: { readonly exceptions: ExceptionBook },
  { exceptionLists, exceptions: items }: Pick<RuleFileReading, 'exceptionLists' | 'exceptions'>,
  { overwrite }: { readonly overwrite: boolean },
): Promise<ExceptionsImported> {
  let imported = 0
  const errors: JsonObject[] = []
  const refuse = (name: JsonObject, status: number, message: string) =>
    void errors.push({ ...name, error: { status_code: status, message } })
  const left = new Set<string>()
  for (const list of exceptionLists) {
    const { listId } = list
    const before = await exceptions.list(listId)
    if (before !== undefined && !overwrite) {
      left.add(listId)
      const message = `Found that list_id: "${listId}" already exists. Import of list_id: "${listId}" skipped.`
      refuse({ list_id: listId }, 409, message)
      continue
    }
    if (before !== undefined) {
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
    if (before !== undefined && !overwrite) {
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
