import { Fault, type Clock, type JsonObject, type Logger } from '#base'
import {
  exceptionItemFromWire,
  exceptionItemToWire,
  exceptionListFromWire,
  exceptionListToWire,
  type ExceptionEntry,
  type ExceptionItem,
  type ExceptionList,
  type InstalledRule,
  type ValueList,
} from '#rule'
import type { DocumentStore, Collection } from '#store'
import { exceptionTally, type ExceptionTally } from './exceptions/exception-tally.ts'
import { valueListShelf, type ValueListShelf } from './exceptions/value-list-shelf.ts'
import type { RuleExceptions } from './execution/world.ts'

/** Exception lists, their items, and the value lists that items refer to. */
export interface ExceptionBook {
  lists(): Promise<readonly ExceptionList[]>
  list(listId: string): Promise<ExceptionList | undefined>
  putList(list: ExceptionList): Promise<void>
  /** Removes a list with its items; true if there was one. */
  removeList(listId: string): Promise<boolean>
  items(listId: string): Promise<readonly ExceptionItem[]>
  item(itemId: string): Promise<ExceptionItem | undefined>
  /** The item whose wire form says this `id`, which is another than its `item_id`. */
  itemOfDocument(id: string): Promise<ExceptionItem | undefined>
  /** Adds or replaces an item. Faults: `not-found` where its list is not there. */
  putItem(item: ExceptionItem): Promise<void>
  removeItem(itemId: string): Promise<boolean>
  readonly values: ValueListShelf
  /** Replaces a whole value list by one that fits into memory. */
  putValueList(list: ValueList): Promise<void>
  /** What excepts events from a rule: all items of its lists, except those applied on endpoints. */
  of(rule: InstalledRule): Promise<RuleExceptions>
  /** How often items have kept events from rules. */
  readonly tally: ExceptionTally
}

/** The list that endpoints apply themselves; applying it again would hide what they let pass. */
export const endpointListId = 'endpoint_list'

/** An {@link ExceptionBook} that tells of each change once it is stored. */
export function exceptionBook({
  documents,
  clock,
  logger,
  onChange,
}: {
  readonly documents: DocumentStore
  readonly clock: Clock
  readonly logger: Logger
  readonly onChange: () => void
}): ExceptionBook {
  const lists: Collection<JsonObject> = documents.collection(listCollection)
  const items: Collection<JsonObject> = documents.collection(itemCollection)
  const values = valueListShelf(documents, { clock, onChange })
  const tally = exceptionTally(documents, { clock, logger })
  const itemsOf = async (listId: string) =>
    (await allOf(items, [{ key: 'list_id', in: [listId] }])).flatMap(
      (body) => exceptionItemFromWire(body).value ?? [],
    )
  const removeItem = async (itemId: string) => {
    const removed = await items.delete(itemId)
    await tally.forget(itemId)
    return removed
  }
  return {
    values,
    tally,
    lists: async () =>
      (await allOf(lists)).flatMap((body) => exceptionListFromWire(body).value ?? []),
    async list(listId) {
      const found = await lists.get(listId)
      return found === undefined ? undefined : exceptionListFromWire(found.body).value
    },
    async putList(list) {
      await lists.put(list.listId, exceptionListToWire(list))
      onChange()
    },
    async removeList(listId) {
      await Promise.all((await itemsOf(listId)).map(({ itemId }) => removeItem(itemId)))
      const removed = await lists.delete(listId)
      onChange()
      return removed
    },
    items: itemsOf,
    async item(itemId) {
      const found = await items.get(itemId)
      return found === undefined ? undefined : exceptionItemFromWire(found.body).value
    },
    async itemOfDocument(id) {
      const { items: found } = await items.find({ where: [{ key: 'id', in: [id] }], limit: 1 })
      return found[0] === undefined ? undefined : exceptionItemFromWire(found[0].body).value
    },
    async putItem(item) {
      if ((await lists.get(item.listId)) === undefined) {
        const message = `put exception item ${item.itemId}: there is no list ${item.listId}`
        throw new Fault('not-found', 'exception.list-not-found', message)
      }
      await items.put(item.itemId, exceptionItemToWire(item))
      onChange()
    },
    async removeItem(itemId) {
      const removed = await removeItem(itemId)
      onChange()
      return removed
    },
    async putValueList({ id, type, values: members }) {
      const at = new Date(clock.nowMs()).toISOString()
      const before = await values.head(id)
      const head = before ?? { id, name: id, description: id, createdAt: at, unknown: {} }
      await values.putHead({ ...head, type, updatedAt: at })
      await values.clear(id)
      await values.add(id, members)
    },
    async of({ rule }) {
      const listIds = new Set(rule.exceptionsList.map(({ listId }) => listId))
      listIds.delete(endpointListId)
      const found = (await Promise.all([...listIds].map(itemsOf))).flat()
      const named = new Set(found.flatMap(({ entries }) => entries.flatMap(valueListIds)))
      const valueLists = await Promise.all([...named].map((id) => values.load(id)))
      return { items: found, valueLists: valueLists.filter((list) => list !== undefined) }
    },
  }
}

const listCollection = { name: 'exception_lists', keys: {} } as const

const itemCollection = {
  name: 'exception_items',
  keys: {
    list_id: ({ list_id: listId }: JsonObject) => (typeof listId === 'string' ? listId : undefined),
    id: ({ id }: JsonObject) => (typeof id === 'string' ? id : undefined),
  },
} as const

function valueListIds(entry: ExceptionEntry): readonly string[] {
  return entry.type === 'list' ? [entry.list.id] : []
}

async function allOf<T extends JsonObject>(
  collection: Collection<T>,
  where: readonly { readonly key: string; readonly in: readonly string[] }[] = [],
): Promise<readonly T[]> {
  const found: T[] = []
  let after: string | undefined
  do {
    const page = await collection.find({
      where,
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    })
    found.push(...page.items.map(({ body }) => body))
    after = page.next
  } while (after !== undefined)
  return found
}
