import type { JsonObject } from '#base'
import { exceptionListToWire, readRules, type ExceptionList } from '#rule'
import { importExceptions } from '../api/import-exceptions.ts'
import {
  flagIn,
  objectBody,
  ok,
  pageAsked,
  pageOf,
  requiredText,
  textMember,
  type KibanaRoute,
  type KibanaWorld,
} from './call.ts'
import { missing, refused, taken } from './error.ts'
import { attributeFilter } from './attribute-filter.ts'
import { itemResponse, listOfBody, listResponse, namespaceOf } from './exception-wire.ts'
import { ndjsonFile } from './rules-export.ts'
import { uploadedBytes } from './upload.ts'

const path = '/api/exception_lists'

/** Exception lists. */
export const exceptionListRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path,
    async answer(call) {
      const body = await objectBody(call)
      for (const name of ['name', 'description', 'type']) requiredText(body, name)
      return ok(listResponse(await addedList(call.world, body)))
    },
  },
  {
    method: 'POST',
    path: '/api/exceptions/shared',
    async answer(call) {
      const body = await objectBody(call)
      for (const name of ['name', 'description']) requiredText(body, name)
      return ok(listResponse(await addedList(call.world, { ...body, type: 'detection' })))
    },
  },
  {
    method: 'PUT',
    path,
    async answer(call) {
      const { world } = call
      const body = await objectBody(call)
      const { list_id: listId, id } = body
      const before = await namedList(world, { id: textOf(id), listId: textOf(listId) })
      const list = listOfBody(world, { ...body, list_id: before.listId }, before)
      await world.exceptions.putList(list)
      return ok(listResponse(list))
    },
  },
  {
    method: 'GET',
    path,
    answer: async ({ world, query }) => ok(listResponse(await namedList(world, nameIn(query)))),
  },
  {
    method: 'DELETE',
    path,
    async answer({ world, query }) {
      const list = await namedList(world, nameIn(query))
      await world.exceptions.removeList(list.listId)
      await withoutReferences(world, list.listId)
      return ok(listResponse(list))
    },
  },
  {
    method: 'GET',
    path: `${path}/_find`,
    async answer({ world, query }) {
      const asked = pageAsked(query)
      const wanted = new Set((query.get('namespace_type') ?? 'single').split(',').map(namespaceOf))
      const matches = attributeFilter(query.get('filter') ?? '', world.clock.nowMs())
      const found = (await world.exceptions.lists()).filter(
        (list) => wanted.has(list.namespaceType) && matches(listResponse(list)),
      )
      const data = pageOf(found, asked).map(listResponse)
      return ok({ data, page: asked.page, per_page: asked.perPage, total: found.length })
    },
  },
  {
    method: 'GET',
    path: `${path}/summary`,
    async answer({ world, query }) {
      const { listId } = await namedList(world, nameIn(query))
      const items = (await world.exceptions.items(listId)).map(itemResponse)
      const matches = attributeFilter(query.get('filter') ?? '', world.clock.nowMs())
      return ok(summaryOf(items.filter(matches)))
    },
  },
  {
    method: 'POST',
    path: `${path}/_export`,
    isReading: true,
    async answer({ world, query }) {
      const list = await namedList(world, nameIn(query))
      const items = await world.exceptions.items(list.listId)
      const lines = [
        exceptionListToWire(list),
        ...items.map(itemResponse),
        exportDetails(items.length),
      ]
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      return ndjsonFile(text, query.get('list_id') ?? 'exceptions')
    },
  },
  {
    method: 'POST',
    path: `${path}/_import`,
    async answer(call) {
      const { bytes, fileName } = await uploadedBytes(call)
      const name = /\.(nd)?json(l)?$/.test(fileName) ? fileName : `${fileName}.ndjson`
      const reading = readRules(bytes, { path: name })
      const existing = flagIn(call.query, 'overwrite') ? 'replace' : 'keep'
      const { imported, errors } = await importExceptions(call.world, reading, { existing })
      const unread = reading.diagnostics
        .filter(({ severity }) => severity === 'error')
        .map(({ message, line }) => ({
          error: { status_code: 400, message: `line ${line}: ${message}` },
        }))
      const lists = Math.min(reading.exceptionLists.length, imported)
      return ok({
        errors: [...errors, ...unread],
        success: errors.length + unread.length === 0,
        success_count: imported,
        success_count_exception_lists: lists,
        success_count_exception_list_items: imported - lists,
        success_exception_lists: errors.length === 0,
        success_exception_list_items: errors.length === 0,
      })
    },
  },
]

/** How many items there are, and how many are of each system. */
function summaryOf(items: readonly JsonObject[]): JsonObject {
  const counts = ['windows', 'linux', 'macos'].map((os) => [
    os,
    items.filter(({ os_types: types }) => Array.isArray(types) && types.includes(os)).length,
  ])
  return { ...Object.fromEntries(counts), total: items.length }
}

function exportDetails(items: number): JsonObject {
  return {
    exported_exception_list_count: 1,
    exported_exception_list_item_count: items,
    missing_exception_list_item_count: 0,
    missing_exception_list_items: [],
    missing_exception_lists: [],
    missing_exception_lists_count: 0,
  }
}

async function addedList(world: KibanaWorld, body: JsonObject): Promise<ExceptionList> {
  const { exceptions } = world
  const listId = textMember(body, 'list_id')
  if (listId !== undefined && (await exceptions.list(listId)) !== undefined) {
    throw taken(`exception list id: "${listId}" already exists`)
  }
  const list = listOfBody(world, body)
  await exceptions.putList(list)
  return list
}

interface ListName {
  readonly id: string | undefined
  readonly listId: string | undefined
}

function nameIn(query: URLSearchParams): ListName {
  namespaceOf(query.get('namespace_type') ?? undefined)
  return { id: query.get('id') ?? undefined, listId: query.get('list_id') ?? undefined }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

async function namedList(
  { exceptions }: KibanaWorld,
  { id, listId }: ListName,
): Promise<ExceptionList> {
  if (id === undefined && listId === undefined) throw refused('id or list_id required')
  const found =
    listId === undefined
      ? (await exceptions.lists()).find((list) => listResponse(list)['id'] === id)
      : await exceptions.list(listId)
  if (found !== undefined) return found
  throw missing(
    listId === undefined
      ? `exception list id: "${id}" does not exist`
      : `exception list list_id: "${listId}" does not exist`,
  )
}

/** Takes a list that is gone out of the rules that name it. */
async function withoutReferences({ rules }: KibanaWorld, listId: string): Promise<void> {
  for (const { uuid, rule } of await rules.list()) {
    const exceptionsList = rule.exceptionsList.filter((list) => list.listId !== listId)
    if (exceptionsList.length === rule.exceptionsList.length) continue
    await rules.update(uuid, { ...rule, exceptionsList }, { user: 'api' })
  }
}
