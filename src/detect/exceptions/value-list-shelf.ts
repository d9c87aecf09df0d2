import { hash } from 'node:crypto'
import { isIP } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Fault, uuidOf, type Clock, type JsonObject } from '#base'
import { cidrsOfRange, valueListTypes, type ValueList, type ValueListType } from '#rule'
import type { Collection, DocumentStore } from '#store'

/** A value list without its values. */
export interface ValueListHead {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly type: ValueListType
  /** ISO 8601. */
  readonly createdAt: string
  readonly updatedAt: string
  /** Other members, by wire name, kept as they came. */
  readonly unknown: JsonObject
}

/** One value of a list. The same value of the same list has the same id for ever. */
export interface ValueListItem {
  readonly id: string
  readonly listId: string
  readonly value: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** What became of values that were added. */
export interface AddedValues {
  readonly added: number
  /** Were there already. */
  readonly existing: number
  /** Are no value of the list's type. */
  readonly refused: number
  /** The first ten of the refused. */
  readonly refusedExamples: readonly string[]
}

/** A page of a list's values; `next` is there when more may follow. */
export interface ValuePage {
  readonly items: readonly ValueListItem[]
  readonly next?: string
}

/** Value lists at rest: a head each, and one small document a value, so that none is ever too long to change. */
export interface ValueListShelf {
  /** By id. */
  heads(): Promise<readonly ValueListHead[]>
  head(id: string): Promise<ValueListHead | undefined>
  putHead(head: ValueListHead): Promise<void>
  /** Removes a list with its values, in bounded memory; true if there was one. */
  remove(id: string): Promise<boolean>
  /** Removes the values and leaves the head. */
  clear(id: string): Promise<void>
  /**
   * Adds values as they come, a few thousand at a time: memory does not grow with their number. Each batch
   * stays when a later one fails. Faults: `not-found` where there is no such list, and those of the stream.
   */
  add(id: string, values: AsyncIterable<string> | Iterable<string>): Promise<AddedValues>
  items(id: string, page?: { readonly limit?: number; readonly after?: string }): Promise<ValuePage>
  item(itemId: string): Promise<ValueListItem | undefined>
  /** The item of a value, if the list has it. */
  find(id: string, value: string): Promise<ValueListItem | undefined>
  removeItem(itemId: string): Promise<boolean>
  count(id: string): Promise<number>
  /** A list with all its values, from memory while it does not change. Undefined where there is none. */
  load(id: string): Promise<ValueList | undefined>
}

/** Values written together, in one transaction. */
const batchSize = 2_000

/** Values of all lists kept in memory together; lists beyond that are read anew for each execution. */
const maxCachedValues = 4_000_000

/** A {@link ValueListShelf} that tells of each change once it is stored. */
export function valueListShelf(
  documents: DocumentStore,
  { clock, onChange }: { readonly clock: Clock; readonly onChange: () => void },
): ValueListShelf {
  const heads: Collection<StoredHead> = documents.collection(headCollection)
  const items: Collection<StoredItem> = documents.collection(itemCollection)
  const cache = loadedLists()
  const now = () => new Date(clock.nowMs()).toISOString()
  const head = async (id: string) => {
    const found = await heads.get(id)
    return found === undefined ? undefined : headOf(found.body)
  }
  const required = async (id: string) => {
    const found = await head(id)
    if (found !== undefined) return found
    throw new Fault('not-found', 'value-list.not-found', `there is no value list ${id}`)
  }
  const page = async (id: string, from: string, limit: number) => {
    const { items: found } = await items.find({
      where: [{ key: 'place', from, to: `${placeOf(id)}~` }],
      sort: { key: 'place', direction: 'asc' },
      limit,
    })
    return found
  }
  const removeValues = async (id: string) => {
    for (;;) {
      const found = await page(id, placeOf(id), batchSize)
      if (found.length === 0) return
      await Promise.all(found.map((item) => items.delete(item.id)))
      cache.forget(id)
    }
  }
  const addBatch = async (id: string, values: readonly string[]) => {
    const createdAt = now()
    const place = placeOf(id)
    const created = await items.create(
      values.map((value) => {
        const itemId = itemIdOf(id, value)
        const body = { list: id, value, at: createdAt, place: `${place}${itemId}` }
        return { id: itemId, body }
      }),
    )
    cache.forget(id)
    return created.filter(Boolean).length
  }
  const read = async (id: string): Promise<ValueList | undefined> => {
    const found = await head(id)
    if (found === undefined) return undefined
    const values: string[] = []
    let from = placeOf(id)
    for (;;) {
      const next = await page(id, from, 10_000)
      for (const { body } of next) values.push(body.value)
      const last = next.at(-1)
      if (last === undefined || next.length < 10_000) break
      from = `${placeOf(id)}${last.id}!`
      await nextTurn()
    }
    return { id, type: found.type, values }
  }
  const shelf: ValueListShelf = {
    async heads() {
      const found: ValueListHead[] = []
      let after: string | undefined
      do {
        const next = await heads.find({ limit: 1_000, ...(after === undefined ? {} : { after }) })
        found.push(...next.items.map(({ body }) => headOf(body)))
        after = next.next
      } while (after !== undefined)
      return found
    },
    head,
    async putHead({ id, ...wanted }) {
      await heads.put(id, { id, ...wanted })
      cache.forget(id)
      onChange()
    },
    async remove(id) {
      const removed = await heads.delete(id)
      cache.forget(id)
      onChange()
      await removeValues(id)
      return removed
    },
    async clear(id) {
      await removeValues(id)
      onChange()
    },
    async add(id, values) {
      const { type } = await required(id)
      const tally = { added: 0, existing: 0, refused: 0 }
      const refusedExamples: string[] = []
      let batch = new Set<string>()
      const flush = async () => {
        const size = batch.size
        if (size === 0) return
        const added = await addBatch(id, [...batch])
        tally.added += added
        tally.existing += size - added
        batch = new Set()
        await nextTurn()
      }
      try {
        for await (const value of values) {
          if (!isValueOf(type, value)) {
            tally.refused++
            if (refusedExamples.length < 10) refusedExamples.push(value.slice(0, 200))
            continue
          }
          if (batch.has(value)) tally.existing++
          batch.add(value)
          if (batch.size >= batchSize) await flush()
        }
        await flush()
      } finally {
        onChange()
      }
      return { ...tally, refusedExamples }
    },
    async items(id, { limit = 100, after } = {}) {
      const from = after === undefined ? placeOf(id) : `${placeOf(id)}${after}!`
      const found = await page(id, from, limit)
      const last = found.at(-1)
      const more = last !== undefined && found.length === limit
      return { items: found.map(itemOf), ...(more ? { next: last.id } : {}) }
    },
    async item(itemId) {
      const found = await items.get(itemId)
      return found === undefined ? undefined : itemOf(found)
    },
    find: (id, value) => shelf.item(itemIdOf(id, value)),
    async removeItem(itemId) {
      const found = await items.get(itemId)
      if (found === undefined) return false
      const removed = await items.delete(itemId)
      cache.forget(found.body.list)
      onChange()
      return removed
    },
    count: (id) => items.count([{ key: 'place', from: placeOf(id), to: `${placeOf(id)}~` }]),
    load: (id) => cache.get(id) ?? cache.keep(id, read(id)),
  }
  return shelf
}

interface LoadedLists {
  get(id: string): Promise<ValueList | undefined> | undefined
  keep(id: string, reading: Promise<ValueList | undefined>): Promise<ValueList | undefined>
  forget(id: string): void
}

/** Lists in memory until they change; the oldest go when all together hold too many values. */
function loadedLists(): LoadedLists {
  const lists = new Map<string, Promise<ValueList | undefined>>()
  const sizes = new Map<string, number>()
  const forget = (id: string): void => {
    lists.delete(id)
    sizes.delete(id)
  }
  const total = () => sizes.values().reduce((sum, size) => sum + size, 0)
  const settle = async (id: string, reading: Promise<ValueList | undefined>): Promise<void> => {
    const list = await reading.catch(() => forget(id))
    if (lists.get(id) !== reading) return
    sizes.set(id, list?.values.length ?? 0)
    for (const oldest of sizes.keys()) {
      if (total() <= maxCachedValues) return
      forget(oldest)
    }
  }
  return {
    forget,
    get: (id) => lists.get(id),
    keep(id, reading) {
      lists.set(id, reading)
      void settle(id, reading)
      return reading
    },
  }
}

/** Whether a text is a value of lists of this type; types that are compared as texts take any but the empty. */
export function isValueOf(type: ValueListType, value: string): boolean {
  if (value === '' || value.length > 32_766) return false
  if (type === 'ip') return isAddress(value)
  if (type !== 'ip_range') return true
  return isAddress(value) || cidrsOfRange(value) !== undefined
}

function isAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** Where a list's values begin in the order of places; a hash, so that no list's name is the beginning of another's. */
function placeOf(listId: string): string {
  return `${uuidOf('value list', listId)}/`
}

/** 128 bits of a hash by Node's own: a file of a million values asks for a million. */
function itemIdOf(listId: string, value: string): string {
  return hash('sha256', `${listId.length} ${listId} ${value}`).slice(0, 32)
}

type StoredHead = JsonObject & {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly type: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly unknown: JsonObject
}

type StoredItem = {
  readonly list: string
  readonly value: string
  readonly at: string
  readonly place: string
}

const headCollection = { name: 'value_lists', keys: {} } as const

const itemCollection = {
  name: 'value_list_values',
  keys: { place: ({ place }: StoredItem) => place },
} as const

function headOf(stored: StoredHead): ValueListHead {
  const type = valueListTypes.find((known) => known === stored.type) ?? 'text'
  return { ...stored, type }
}

function itemOf({ id, body }: { readonly id: string; readonly body: StoredItem }): ValueListItem {
  return { id, listId: body.list, value: body.value, createdAt: body.at }
}
