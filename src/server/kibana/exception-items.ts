import type { JsonObject, JsonValue } from '#base'
import type { ExceptionItem } from '#rule'
import {
  invalidRequest,
  objectBody,
  ok,
  pageAsked,
  pageOf,
  requiredText,
  textMember,
  type KibanaRoute,
  type KibanaWorld,
} from './call.ts'
import { attributeFilter } from './attribute-filter.ts'
import { missing, refused, taken } from './error.ts'
import { itemOfBody, itemResponse, listOfBody, listResponse } from './exception-wire.ts'

const path = '/api/exception_lists/items'

/** Exception items, and those of the endpoint list under a path of their own. */
export const exceptionItemRoutes: readonly KibanaRoute[] = [
  ...routesAt(path, (body) => body),
  ...routesAt('/api/endpoint_list/items', (body) => ({
    ...body,
    list_id: 'endpoint_list',
    namespace_type: 'agnostic',
  })),
  {
    method: 'POST',
    path: '/api/endpoint_list',
    async answer({ world }) {
      if ((await world.exceptions.list('endpoint_list')) !== undefined) return ok({})
      const name = 'Endpoint Security Exception List'
      const list = listOfBody(world, {
        list_id: 'endpoint_list',
        name,
        description: name,
        type: 'endpoint',
        namespace_type: 'agnostic',
      })
      await world.exceptions.putList(list)
      return ok(listResponse(list))
    },
  },
]

function routesAt(at: string, completed: (body: JsonObject) => JsonObject): readonly KibanaRoute[] {
  return [
    {
      method: 'POST',
      path: at,
      async answer(call) {
        const { world } = call
        const body = completed(await objectBody(call))
        for (const name of ['list_id', 'name', 'description', 'type']) requiredText(body, name)
        return ok(itemResponse(await addedItem(world, body)))
      },
    },
    {
      method: 'PUT',
      path: at,
      async answer(call) {
        const { world } = call
        const body = completed(await objectBody(call))
        const before = await namedItem(world, {
          id: textMember(body, 'id'),
          itemId: textMember(body, 'item_id'),
        })
        const kept = { item_id: before.itemId, list_id: before.listId }
        const item = itemOfBody(world, { ...body, ...kept }, before)
        await world.exceptions.putItem(item)
        return ok(itemResponse(item))
      },
    },
    {
      method: 'GET',
      path: at,
      answer: async ({ world, query }) => ok(itemResponse(await namedItem(world, nameIn(query)))),
    },
    {
      method: 'DELETE',
      path: at,
      async answer({ world, query }) {
        const item = await namedItem(world, nameIn(query))
        await world.exceptions.removeItem(item.itemId)
        return ok(itemResponse(item))
      },
    },
    {
      method: 'GET',
      path: `${at}/_find`,
      async answer({ world, query }) {
        const asked = pageAsked(query)
        const lists = String(completed({ list_id: query.get('list_id') })['list_id'] ?? '')
        if (lists === '' || lists === 'null') throw invalidRequest('query', 'list_id: Required')
        const found = await foundItems(world, { lists: lists.split(','), query })
        const data = pageOf(found, asked)
        return ok({ data, page: asked.page, per_page: asked.perPage, total: found.length })
      },
    },
  ]
}

async function foundItems(
  { exceptions, clock }: KibanaWorld,
  { lists, query }: { readonly lists: readonly string[]; readonly query: URLSearchParams },
): Promise<readonly JsonObject[]> {
  const items: ExceptionItem[] = []
  for (const listId of lists) {
    if ((await exceptions.list(listId)) === undefined) {
      throw missing(`exception list list_id: "${listId}" does not exist`)
    }
    items.push(...(await exceptions.items(listId)))
  }
  const matches = attributeFilter(query.get('filter') ?? '', clock.nowMs())
  const searched = (query.get('search') ?? '').toLowerCase()
  const found = items
    .map(itemResponse)
    .filter((wire) => matches(wire) && JSON.stringify(wire).toLowerCase().includes(searched))
  const sort = query.get('sort_field') ?? 'created_at'
  const sign = query.get('sort_order') === 'asc' ? 1 : -1
  return found.toSorted((a, b) => sign * textOf(a[sort]).localeCompare(textOf(b[sort])))
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** Stores a new item of a body. Faults: `conflict`, `not-found` where its list is not there, `invalid`. */
export async function addedItem(world: KibanaWorld, body: JsonObject): Promise<ExceptionItem> {
  const { exceptions } = world
  const listId = requiredText(body, 'list_id')
  const itemId = textMember(body, 'item_id')
  const list = await exceptions.list(listId)
  if (list === undefined) throw missing(`exception list id: "${listId}" does not exist`)
  if (itemId !== undefined && (await exceptions.item(itemId)) !== undefined) {
    throw taken(`exception list item id: "${itemId}" already exists`)
  }
  const item = itemOfBody(world, { namespace_type: list.namespaceType, ...body })
  await exceptions.putItem(item)
  return item
}

interface ItemName {
  readonly id: string | undefined
  readonly itemId: string | undefined
}

function nameIn(query: URLSearchParams): ItemName {
  return { id: query.get('id') ?? undefined, itemId: query.get('item_id') ?? undefined }
}

async function namedItem(
  { exceptions }: KibanaWorld,
  { id, itemId }: ItemName,
): Promise<ExceptionItem> {
  if (id === undefined && itemId === undefined) throw refused('id or item_id required')
  const found =
    itemId === undefined ? await exceptions.itemOfDocument(id ?? '') : await exceptions.item(itemId)
  if (found !== undefined) return found
  throw missing(
    itemId === undefined
      ? `exception list item id: "${id}" does not exist`
      : `exception list item item_id: "${itemId}" does not exist`,
  )
}
