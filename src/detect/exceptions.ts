import { Fault, type JsonObject } from '#base'
import {
  exceptionItemFromWire,
  exceptionItemToWire,
  exceptionListFromWire,
  exceptionListToWire,
  valueListTypes,
  type ExceptionEntry,
  type ExceptionItem,
  type ExceptionList,
  type InstalledRule,
  type ValueList,
} from '#rule'
import type { DocumentStore, Collection } from '#store'
import type { RuleExceptions } from './execution/world.ts'

/** Exception lists, their items, and the value lists that items refer to. */
export interface ExceptionBook {
  lists(): Promise<readonly ExceptionList[]>
  putList(list: ExceptionList): Promise<void>
  /** Removes a list with its items; true if there was one. */
  removeList(listId: string): Promise<boolean>
  items(listId: string): Promise<readonly ExceptionItem[]>
  /** Adds or replaces an item. Faults: `not-found` where its list is not there. */
  putItem(item: ExceptionItem): Promise<void>
  removeItem(itemId: string): Promise<boolean>
  valueLists(): Promise<readonly ValueList[]>
  putValueList(list: ValueList): Promise<void>
  removeValueList(id: string): Promise<boolean>
  /** What excepts events from a rule: all items of its lists, except those applied on endpoints. */
  of(rule: InstalledRule): Promise<RuleExceptions>
}

/** The list that endpoints apply themselves; applying it again would hide what they let pass. */
const endpointList = 'endpoint_list'

/** An {@link ExceptionBook} that tells of each change once it is stored. */
export function exceptionBook(documents: DocumentStore, onChange: () => void): ExceptionBook {
  const lists: Collection<JsonObject> = documents.collection(listCollection)
  const items: Collection<JsonObject> = documents.collection(itemCollection)
  const values: Collection<StoredValueList> = documents.collection(valueListCollection)
  const itemsOf = async (listId: string) =>
    (await allOf(items, [{ key: 'list_id', in: [listId] }])).flatMap(
      (body) => exceptionItemFromWire(body).value ?? [],
    )
  return {
    lists: async () =>
      (await allOf(lists)).flatMap((body) => exceptionListFromWire(body).value ?? []),
    async putList(list) {
      await lists.put(list.listId, exceptionListToWire(list))
      onChange()
    },
    async removeList(listId) {
      for (const { itemId } of await itemsOf(listId)) await items.delete(itemId)
      const removed = await lists.delete(listId)
      onChange()
      return removed
    },
    items: itemsOf,
    async putItem(item) {
      if ((await lists.get(item.listId)) === undefined) {
        const message = `put exception item ${item.itemId}: there is no list ${item.listId}`
        throw new Fault('not-found', 'exception.list-not-found', message)
      }
      await items.put(item.itemId, exceptionItemToWire(item))
      onChange()
    },
    async removeItem(itemId) {
      const removed = await items.delete(itemId)
      onChange()
      return removed
    },
    valueLists: async () => (await allOf(values)).map(valueListOf),
    async putValueList({ id, type, values: members }) {
      await values.put(id, { id, type, values: members })
      onChange()
    },
    async removeValueList(id) {
      const removed = await values.delete(id)
      onChange()
      return removed
    },
    async of({ rule }) {
      const listIds = new Set(rule.exceptionsList.map(({ listId }) => listId))
      listIds.delete(endpointList)
      const found = (await Promise.all([...listIds].map(itemsOf))).flat()
      const named = new Set(found.flatMap(({ entries }) => entries.flatMap(valueListIds)))
      const valueLists = await Promise.all([...named].map((id) => values.get(id)))
      return {
        items: found,
        valueLists: valueLists.flatMap((list) =>
          list === undefined ? [] : valueListOf(list.body),
        ),
      }
    },
  }
}

const listCollection = { name: 'exception_lists', keys: {} } as const

const valueListCollection = { name: 'value_lists', keys: {} } as const

const itemCollection = {
  name: 'exception_items',
  keys: {
    list_id: ({ list_id: listId }: JsonObject) => (typeof listId === 'string' ? listId : undefined),
  },
} as const

type StoredValueList = {
  readonly id: string
  readonly type: string
  readonly values: readonly string[]
}

function valueListOf({ id, type, values }: StoredValueList): ValueList {
  return { id, type: valueListTypes.find((known) => known === type) ?? 'text', values }
}

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
