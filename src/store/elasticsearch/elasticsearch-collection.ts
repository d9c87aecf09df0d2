import { Fault, hashOf, type JsonObject } from '#base'
import {
  checkId,
  checkKeys,
  formatCursor,
  keyValueOf,
  limitOf,
  parseCursor,
  versionConflict,
} from '../document-keys.ts'
import type {
  Collection,
  CollectionSpec,
  FindRequest,
  KeyCondition,
  Page,
  Versioned,
} from '../document-store.ts'
import type { Cluster } from './cluster.ts'
import { indexSetup, refreshing } from './index-setup.ts'
import { afterQuery, conditionsQuery, findSort, hasKey } from './key-query.ts'
import { numberAt, objectAt, objectsAt, textAt } from './reply.ts'

/** A document as it was found, with what guards the next write over it. */
interface Found<T> {
  readonly document: Versioned<T>
  readonly ifSeqNo: number
  readonly ifPrimaryTerm: number
}

/**
 * One collection as an index of its own: the body as JSON text, its keys beside it. Every write is guarded by the
 * sequence number and primary term that the cluster gave to what it replaces.
 */
export function elasticsearchCollection<T extends JsonObject>(
  cluster: Cluster,
  { index, spec }: { readonly index: string; readonly spec: CollectionSpec<T> },
): Collection<T> {
  const prepared = indexSetup(cluster, { index, mappings: mappingsOf(spec) })
  const visible = refreshing(cluster, index)

  const load = async (id: string): Promise<Found<T> | undefined> => {
    await prepared()
    const { status, body } = await cluster.request({
      doing: `read ${spec.name} ${id}`,
      method: 'GET',
      path: `/${index}/_doc/${placeOf(id)}`,
      accept: [404],
    })
    return status === 404 ? undefined : foundOf<T>(body)
  }

  /** False where somebody else wrote in between. */
  const write = async (document: Versioned<T>, over: Found<T> | undefined): Promise<boolean> => {
    const guard: { readonly [name: string]: string | number } =
      over === undefined
        ? { op_type: 'create' }
        : { if_seq_no: over.ifSeqNo, if_primary_term: over.ifPrimaryTerm }
    const { status } = await cluster.request({
      doing: `write ${spec.name} ${document.id}`,
      method: 'PUT',
      path: `/${index}/_doc/${placeOf(document.id)}`,
      query: guard,
      body: atRest(spec, document),
      accept: [409],
    })
    if (status === 409) return false
    visible.note()
    return true
  }

  const search = async (body: JsonObject): Promise<JsonObject> => {
    await prepared()
    await visible.settle()
    const { body: answer } = await cluster.request({
      doing: `find ${spec.name}`,
      method: 'POST',
      path: `/${index}/_search`,
      body,
    })
    return answer
  }

  return {
    get: async (id) => (await load(id))?.document,
    async existing(ids) {
      await prepared()
      const there = new Set<string>()
      for (const some of chunksOf(ids, 1_000)) {
        const { body } = await cluster.request({
          doing: `look for ${spec.name}`,
          method: 'POST',
          path: `/${index}/_mget`,
          query: { _source: false },
          body: { ids: some.map(placeOf) },
        })
        const places = new Set(
          objectsAt(body, 'docs')
            .filter(({ found }) => found === true)
            .map((document) => textAt(document, '_id')),
        )
        for (const id of some) if (places.has(placeOf(id))) there.add(id)
      }
      return there
    },
    async create(documents) {
      for (const { id } of documents) checkId(spec.name, id)
      await prepared()
      const created: boolean[] = []
      for (const some of chunksOf(documents, 500)) created.push(...(await createSome(some)))
      return created
    },
    async put(id, body, { ifVersion } = {}) {
      checkId(spec.name, id)
      for (;;) {
        const found = await load(id)
        const version = found?.document.version ?? 0
        if (ifVersion !== undefined && ifVersion !== version) {
          throw versionConflict(spec.name, id, { found: version, expected: ifVersion })
        }
        const document = { id, version: version + 1, body: plain(body) }
        if (await write(document, found)) return document
      }
    },
    async update(id, change) {
      for (;;) {
        const found = await load(id)
        if (found === undefined) return undefined
        const body = plain(change(found.document.body))
        const document = { id, version: found.document.version + 1, body }
        if (await write(document, found)) return document
      }
    },
    async delete(id) {
      await prepared()
      const { status } = await cluster.request({
        doing: `delete ${spec.name} ${id}`,
        method: 'DELETE',
        path: `/${index}/_doc/${placeOf(id)}`,
        accept: [404],
      })
      visible.note()
      return status !== 404
    },
    async find(request = {}) {
      checkKeys(spec, request)
      const limit = limitOf(request)
      const { where = [], sort, after } = request
      const filter = [
        conditionsQuery(where),
        ...(sort === undefined ? [] : [hasKey(sort.key)]),
        ...(after === undefined ? [] : [afterQuery(parseCursor(after, request), request)]),
      ]
      const found = await search({
        query: { bool: { filter } },
        sort: findSort(request),
        size: Math.min(limit + 1, 10_000),
      })
      const items = objectsAt(found, 'hits', 'hits').map((hit) => foundOf<T>(hit).document)
      const isLongest = limit >= 10_000 && items.length >= 10_000
      return pageOf(spec, items, { request, limit, hasMore: items.length > limit || isLongest })
    },
    async count(where: readonly KeyCondition[] = []) {
      checkKeys(spec, { where })
      const found = await search({
        query: conditionsQuery(where),
        size: 0,
        track_total_hits: true,
      })
      return numberAt(found, 'hits', 'total', 'value') ?? 0
    },
  }

  async function createSome(
    documents: readonly { readonly id: string; readonly body: T }[],
  ): Promise<readonly boolean[]> {
    if (documents.length === 0) return []
    const lines = documents.flatMap(({ id, body }) => [
      JSON.stringify({ create: { _id: placeOf(id) } }),
      JSON.stringify(atRest(spec, { id, version: 1, body })),
    ])
    const { body } = await cluster.request({
      doing: `create ${spec.name}`,
      method: 'POST',
      path: `/${index}/_bulk`,
      lines,
    })
    visible.note()
    return objectsAt(body, 'items').map((item) => {
      const status = numberAt(item, 'create', 'status')
      if (status === 201) return true
      if (status === 409) return false
      const reason = textAt(item, 'create', 'error', 'reason')
      const kind = status === 429 ? 'rate-limited' : 'unavailable'
      throw new Fault(kind, 'store.not-created', `create ${spec.name}: ${status} ${reason}`)
    })
  }
}

/** Ids may be of any characters and 512 bytes; those of a cluster stand in paths, so a hash stands for them. */
function placeOf(id: string): string {
  return hashOf(id)
}

function mappingsOf<T extends JsonObject>(spec: CollectionSpec<T>): JsonObject {
  const values = { properties: { number: { type: 'double' }, text: { type: 'keyword' } } }
  const keys = Object.fromEntries(Object.keys(spec.keys).map((key) => [key, values]))
  return {
    dynamic: false,
    properties: {
      id: { type: 'keyword' },
      version: { type: 'long' },
      body: { type: 'keyword', index: false, doc_values: false },
      keys: { properties: keys },
    },
  }
}

function atRest<T extends JsonObject>(spec: CollectionSpec<T>, document: Versioned<T>): JsonObject {
  const { id, version, body } = document
  const keys = Object.keys(spec.keys).flatMap((key) => {
    const value = keyValueOf(spec, key, body)
    if (value === undefined) return []
    return [[key, typeof value === 'number' ? { number: value } : { text: value }] as const]
  })
  return { id, version, body: JSON.stringify(body), keys: Object.fromEntries(keys) }
}

/** What JSON keeps of a body. */
function plain<T extends JsonObject>(body: T): T {
  // A boundary: the text was made from a T just now.
  return JSON.parse(JSON.stringify(body)) as T
}

function foundOf<T extends JsonObject>(hit: JsonObject): Found<T> {
  const source = objectAt(hit, '_source')
  return {
    document: {
      id: textAt(source, 'id'),
      version: numberAt(source, 'version') ?? 0,
      // A boundary: only atRest writes here, from a T.
      body: JSON.parse(textAt(source, 'body')) as T,
    },
    ifSeqNo: numberAt(hit, '_seq_no') ?? 0,
    ifPrimaryTerm: numberAt(hit, '_primary_term') ?? 0,
  }
}

function pageOf<T extends JsonObject>(
  spec: CollectionSpec<T>,
  found: readonly Versioned<T>[],
  {
    request: { sort },
    limit,
    hasMore,
  }: { readonly request: FindRequest; readonly limit: number; readonly hasMore: boolean },
): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  if (last === undefined || !hasMore) return { items }
  const key = sort === undefined ? undefined : keyValueOf(spec, sort.key, last.body)
  return { items, next: formatCursor(key === undefined ? { id: last.id } : { id: last.id, key }) }
}

function chunksOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size)
  return Array.from({ length: count }, (_, n) => list.slice(n * size, (n + 1) * size))
}
