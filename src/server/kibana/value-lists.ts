import { randomUUID } from 'node:crypto'
import type { JsonObject } from '#base'
import type { ValueListHead } from '#detect'
import { valueListTypes, type ExceptionItem } from '#rule'
import {
  flagIn,
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
import { missing, taken } from './error.ts'

const path = '/api/lists'

/** Heads of value lists. */
export const valueListRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path,
    async answer(call) {
      const body = await objectBody(call)
      for (const name of ['name', 'description', 'type']) requiredText(body, name)
      const id = textMember(body, 'id') ?? randomUUID()
      if ((await call.world.exceptions.values.head(id)) !== undefined) {
        throw taken(`list id: "${id}" already exists`)
      }
      return ok(listResponse(await putHead(call.world, { ...body, id })))
    },
  },
  { method: 'PUT', path, answer: change },
  { method: 'PATCH', path, answer: change },
  {
    method: 'GET',
    path,
    answer: async ({ world, query }) => ok(listResponse(await namedHead(world, query.get('id')))),
  },
  {
    method: 'DELETE',
    path,
    async answer({ world, query }) {
      const head = await namedHead(world, query.get('id'))
      const references = await referencesTo(world, head.id)
      if (flagIn(query, 'deleteReferences')) await removeReferences(world, head.id, references)
      else if (references.length > 0 && !flagIn(query, 'ignoreReferences')) {
        throw taken(
          `list id: "${head.id}" is named by ${references.length} exception items; delete them, or send deleteReferences or ignoreReferences`,
        )
      }
      await world.exceptions.values.remove(head.id)
      return ok(listResponse(head))
    },
  },
  {
    method: 'GET',
    path: `${path}/_find`,
    async answer({ world, query }) {
      const asked = pageAsked(query)
      const matches = attributeFilter(query.get('filter') ?? '', world.clock.nowMs())
      const found = (await world.exceptions.values.heads()).map(listResponse).filter(matches)
      const data = pageOf(found, asked)
      const next = asked.page * asked.perPage
      return ok({
        cursor: Buffer.from(JSON.stringify([next])).toString('base64'),
        data,
        page: asked.page,
        per_page: asked.perPage,
        total: found.length,
      })
    },
  },
  {
    method: 'GET',
    path: `${path}/index`,
    answer: async () => ok({ list_index: true, list_item_index: true }),
  },
  { method: 'POST', path: `${path}/index`, answer: async () => ok({ acknowledged: true }) },
  {
    method: 'GET',
    path: `${path}/privileges`,
    answer: async () => ok({ is_authenticated: true, lists: {}, listItems: {} }),
  },
]

/** The head as Kibana tells it. */
export function listResponse(head: ValueListHead): JsonObject {
  const { id, name, description, type, createdAt, updatedAt, unknown } = head
  return {
    _version: Buffer.from(updatedAt).toString('base64'),
    immutable: false,
    tie_breaker_id: id,
    version: 1,
    created_by: 'api',
    updated_by: 'api',
    ...unknown,
    id,
    name,
    description,
    type,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

async function change(call: Parameters<KibanaRoute['answer']>[0]) {
  const body = await objectBody(call)
  const before = await namedHead(call.world, requiredText(body, 'id'))
  if (textMember(body, 'type') !== undefined && body['type'] !== before.type) {
    throw invalidRequest('body', 'type: the type of a list does not change')
  }
  return ok(listResponse(await putHead(call.world, { ...listResponse(before), ...body }, before)))
}

/** Stores the head that a body describes. Faults: `invalid` for a type that is none. */
export async function putHead(
  { exceptions, clock }: KibanaWorld,
  body: JsonObject,
  before?: ValueListHead,
): Promise<ValueListHead> {
  const { id, name, description, type: asked, created_at: _at, updated_at: _to, ...unknown } = body
  const type = valueListTypes.find((known) => known === asked)
  if (type === undefined) {
    throw invalidRequest(
      'body',
      `type: ${String(asked)} is not one of ${valueListTypes.join(', ')}`,
    )
  }
  const at = new Date(clock.nowMs()).toISOString()
  const { _version, ...kept } = unknown
  const head: ValueListHead = {
    id: String(id),
    name: String(name),
    description: String(description),
    type,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
    unknown: kept,
  }
  await exceptions.values.putHead(head)
  return head
}

/** The head of a list. Faults: `not-found`. */
export async function namedHead(
  { exceptions }: KibanaWorld,
  id: string | null,
): Promise<ValueListHead> {
  if (id === null || id === '') throw invalidRequest('query', 'id: Required')
  const found = await exceptions.values.head(id)
  if (found !== undefined) return found
  throw missing(`list id: "${id}" does not exist`)
}

async function referencesTo(
  { exceptions }: KibanaWorld,
  id: string,
): Promise<readonly ExceptionItem[]> {
  const lists = await exceptions.lists()
  const items = await Promise.all(lists.map(({ listId }) => exceptions.items(listId)))
  return items.flat().filter(({ entries }) => entries.some((entry) => names(entry, id)))
}

/** Takes the entries that name a list out of items; items without other entries go. */
async function removeReferences(
  { exceptions }: KibanaWorld,
  id: string,
  items: readonly ExceptionItem[],
): Promise<void> {
  for (const item of items) {
    const entries = item.entries.filter((entry) => !names(entry, id))
    if (entries.length === 0) await exceptions.removeItem(item.itemId)
    else await exceptions.putItem({ ...item, entries })
  }
}

function names(entry: ExceptionItem['entries'][number], id: string): boolean {
  return entry.type === 'list' && entry.list.id === id
}
