import type { JsonObject } from '#base'
import {
  checkId,
  checkKeys,
  checkSpec,
  compareKeys,
  compareText,
  formatCursor,
  keyValueOf,
  limitOf,
  meets,
  parseCursor,
  secondSpec,
  versionConflict,
} from '../document-keys.ts'
import type {
  Collection,
  CollectionSpec,
  DocumentStore,
  FindRequest,
  KeyCondition,
  Versioned,
} from '../document-store.ts'

/** A document store that keeps everything in memory and forgets it on close. */
export function memoryDocumentStore(): DocumentStore {
  const open = new Map<CollectionSpec<never>, unknown>()
  const names = new Set<string>()
  return {
    collection<T extends JsonObject>(spec: CollectionSpec<T>): Collection<T> {
      const known = open.get(spec)
      // The map's key is the very spec that carries T, so what was opened for it is a Collection<T>.
      if (known !== undefined) return known as Collection<T>
      checkSpec(spec)
      if (names.has(spec.name)) throw secondSpec(spec.name)
      const created = memoryCollection(spec)
      names.add(spec.name)
      open.set(spec, created)
      return created
    },
    close: async () => {
      open.clear()
      names.clear()
    },
  }
}

function memoryCollection<T extends JsonObject>(spec: CollectionSpec<T>): Collection<T> {
  const documents = new Map<string, Versioned<T>>()

  const write = (id: string, body: T): Versioned<T> => {
    const version = (documents.get(id)?.version ?? 0) + 1
    const written = { id, version, body: atRest(body) }
    documents.set(id, written)
    return written
  }

  const filtered = (where: readonly KeyCondition[]): readonly Versioned<T>[] =>
    [...documents.values()].filter(({ body }) =>
      where.every((condition) => meets(keyValueOf(spec, condition.key, body), condition)),
    )

  return {
    get: async (id) => documents.get(id),
    existing: async (ids) => new Set(ids.filter((id) => documents.has(id))),
    create: async (wanted) => {
      for (const { id } of wanted) checkId(spec.name, id)
      return wanted.map(({ id, body }) => {
        if (documents.has(id)) return false
        write(id, body)
        return true
      })
    },
    put: async (id, body, { ifVersion } = {}) => {
      checkId(spec.name, id)
      const found = documents.get(id)?.version ?? 0
      if (ifVersion !== undefined && ifVersion !== found) {
        throw versionConflict(spec.name, id, { found, expected: ifVersion })
      }
      return write(id, body)
    },
    update: async (id, change) => {
      const found = documents.get(id)
      return found === undefined ? undefined : write(id, change(found.body))
    },
    delete: async (id) => documents.delete(id),
    find: async (request = {}) => {
      checkKeys(spec, request)
      return pageOf(spec, filtered(request.where ?? []), request)
    },
    count: async (where = []) => {
      checkKeys(spec, { where })
      return filtered(where).length
    },
  }
}

/** What JSON keeps of a body, apart from the caller's own. */
function atRest<T extends JsonObject>(body: T): T {
  // A boundary: the text was made from a T just now.
  return JSON.parse(JSON.stringify(body)) as T
}

function pageOf<T extends JsonObject>(
  spec: CollectionSpec<T>,
  documents: readonly Versioned<T>[],
  request: FindRequest,
): { readonly items: readonly Versioned<T>[]; readonly next?: string } {
  const { sort, after } = request
  const limit = limitOf(request)
  const sign = sort?.direction === 'desc' ? -1 : 1
  const placed = documents
    .map((document) => ({
      document,
      id: document.id,
      key: sort === undefined ? 0 : keyValueOf(spec, sort.key, document.body),
    }))
    .flatMap((place) => (place.key === undefined ? [] : [{ ...place, key: place.key }]))
  const compare = (a: Place, b: Place): number =>
    sign * (compareKeys(a.key, b.key) || compareText(a.id, b.id))
  const cursor = after === undefined ? undefined : parseCursor(after, request)
  const rest = placed
    .filter((place) => cursor === undefined || compare(place, { key: 0, ...cursor }) > 0)
    .toSorted(compare)
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const items = page.map(({ document }) => document)
  if (last === undefined || rest.length <= limit) return { items }
  return {
    items,
    next: formatCursor(sort === undefined ? { id: last.id } : { id: last.id, key: last.key }),
  }
}

interface Place {
  readonly id: string
  readonly key: string | number
}
