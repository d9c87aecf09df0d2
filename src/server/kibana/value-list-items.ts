import type { JsonObject } from '#base'
import type { ValueListHead, ValueListItem } from '#detect'
import type { Answer } from '../http/exchange.ts'
import { textLines } from '../http/multipart.ts'
import {
  invalidRequest,
  objectBody,
  ok,
  pageAsked,
  requiredText,
  textMember,
  type KibanaCall,
  type KibanaRoute,
  type KibanaWorld,
  type PageAsked,
} from './call.ts'
import { missing, refused, taken } from './error.ts'
import { withUploadedFile } from './upload.ts'
import { listResponse, namedHead, putHead } from './value-lists.ts'

const path = '/api/lists/items'

/** Values of value lists. An item's id is made of its list and value, so a changed value is another item. */
export const valueListItemRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path,
    async answer(call) {
      const body = await objectBody(call)
      const head = await namedHead(call.world, requiredText(body, 'list_id'))
      return ok(itemResponse(head, await addedItem(call.world, head, requiredText(body, 'value'))))
    },
  },
  { method: 'PUT', path, answer: change },
  { method: 'PATCH', path, answer: change },
  {
    method: 'GET',
    path,
    async answer({ world, query }) {
      const found = await namedItems(world, query)
      return ok(query.get('id') === null ? [...found] : (found[0] ?? null))
    },
  },
  {
    method: 'DELETE',
    path,
    async answer({ world, query }) {
      const found = await namedItems(world, query)
      for (const { id } of found) await world.exceptions.values.removeItem(String(id))
      return ok(query.get('id') === null ? [...found] : (found[0] ?? null))
    },
  },
  { method: 'GET', path: `${path}/_find`, answer: find },
  {
    method: 'POST',
    path: `${path}/_export`,
    isReading: true,
    async answer({ world, query, exchange }) {
      const head = await namedHead(world, query.get('list_id'))
      return {
        status: 200,
        stream: valuesOf(world, head.id, exchange.signal),
        contentType: 'text/plain; charset=utf-8',
        headers: { 'content-disposition': `attachment; filename="${safeName(head.id)}"` },
      }
    },
  },
  { method: 'POST', path: `${path}/_import`, answer: importValues },
]

function safeName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_').slice(0, 200)
}

function itemResponse(
  { type }: ValueListHead,
  { id, listId, value, createdAt }: ValueListItem,
): JsonObject {
  return {
    _version: 'WzEsMV0=',
    id,
    list_id: listId,
    type,
    value,
    tie_breaker_id: id,
    created_at: createdAt,
    created_by: 'api',
    updated_at: createdAt,
    updated_by: 'api',
  }
}

async function addedItem(
  { exceptions: { values } }: KibanaWorld,
  { id, type }: ValueListHead,
  value: string,
): Promise<ValueListItem> {
  const { refused: none, existing } = await values.add(id, [value])
  if (none > 0) throw refused(`value: ${value.slice(0, 200)} is no ${type}`)
  const found = await values.find(id, value)
  if (existing > 0 && found !== undefined) throw taken(`list item id: "${found.id}" already exists`)
  if (found !== undefined) return found
  throw missing(`list id: "${id}" does not exist`)
}

async function change(call: KibanaCall): Promise<Answer> {
  const { world } = call
  const body = await objectBody(call)
  const id = requiredText(body, 'id')
  const before = await world.exceptions.values.item(id)
  if (before === undefined) throw missing(`list item id: "${id}" not found`)
  const head = await namedHead(world, before.listId)
  const value = textMember(body, 'value') ?? before.value
  if (value === before.value) return ok(itemResponse(head, before))
  const after = await addedItem(world, head, value)
  await world.exceptions.values.removeItem(id)
  return ok(itemResponse(head, after))
}

/** The item of an id, or those of a list that have a value. Faults: `not-found`, `invalid`. */
async function namedItems(
  world: KibanaWorld,
  query: URLSearchParams,
): Promise<readonly JsonObject[]> {
  const { values } = world.exceptions
  const id = query.get('id')
  if (id !== null) {
    const found = await values.item(id)
    if (found === undefined) throw missing(`list item id: "${id}" not found`)
    return [itemResponse(await namedHead(world, found.listId), found)]
  }
  const [listId, value] = [query.get('list_id'), query.get('value')]
  if (listId === null || value === null) {
    throw refused('Either "list_id" or "id" needs to be defined in the request')
  }
  const head = await namedHead(world, listId)
  const found = await values.find(listId, value)
  if (found === undefined) throw missing(`list_id: "${listId}" item of ${value} was not found`)
  return [itemResponse(head, found)]
}

async function find({ world, query }: KibanaCall): Promise<Answer> {
  const asked = pageAsked(query)
  const head = await namedHead(world, query.get('list_id'))
  const { values } = world.exceptions
  const cursor = query.get('cursor')
  const { items, next } = await pageOfItems(world, head.id, { ...asked, cursor })
  return ok({
    cursor: next === undefined ? '' : Buffer.from(next).toString('base64'),
    data: items.map((item) => itemResponse(head, item)),
    page: asked.page,
    per_page: asked.perPage,
    total: await values.count(head.id),
  })
}

/** A page by its number counted from the start or, cheaper, from the cursor of the page before. */
async function pageOfItems(
  { exceptions: { values } }: KibanaWorld,
  listId: string,
  { page, perPage, cursor }: PageAsked & { readonly cursor: string | null },
) {
  if (perPage === 0) return { items: [] }
  let after =
    cursor === null || cursor === '' ? undefined : Buffer.from(cursor, 'base64').toString()
  for (let left = after === undefined ? (page - 1) * perPage : 0; left > 0;) {
    const limit = Math.min(left, 10_000)
    const skipped = await values.items(listId, { limit, ...(after === undefined ? {} : { after }) })
    if (skipped.next === undefined) return { items: [] }
    after = skipped.next
    left -= limit
  }
  return values.items(listId, { limit: perPage, ...(after === undefined ? {} : { after }) })
}

async function* valuesOf(
  { exceptions: { values } }: KibanaWorld,
  listId: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let after: string | undefined
  do {
    signal.throwIfAborted()
    const page = await values.items(listId, {
      limit: 5_000,
      ...(after === undefined ? {} : { after }),
    })
    yield page.items.map(({ value }) => `${value}\n`).join('')
    after = page.next
  } while (after !== undefined)
}

const maxLineBytes = 64 * 1024

/** Adds the lines of a file, as they come, to a list that is made if it is new; empty lines are passed over. */
async function importValues(call: KibanaCall): Promise<Answer> {
  const { world, query } = call
  return withUploadedFile(call, async ({ body, fileName }) => {
    const id = query.get('list_id') ?? fileName
    if (id === undefined || id === '') {
      throw refused('Either type or list_id need to be defined in the query')
    }
    const known = await world.exceptions.values.head(id)
    const type = query.get('type')
    if (known === undefined && type === null) {
      throw query.has('list_id')
        ? missing(`list id: "${id}" does not exist`)
        : invalidRequest('query', 'type: Required where the list is new')
    }
    const head =
      known ??
      (await putHead(world, {
        id,
        name: id,
        description: `File uploaded from file system of ${id}`,
        type,
      }))
    const {
      added,
      existing,
      refused: none,
      refusedExamples,
    } = await world.exceptions.values.add(id, filledLines(textLines(body, maxLineBytes)))
    const counts = { added, existing, refused: none, refused_examples: refusedExamples }
    return ok({ ...listResponse(head), import: counts })
  })
}

async function* filledLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) {
    const value = line.trim()
    if (value !== '') yield value
  }
}
