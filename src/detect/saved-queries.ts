import { ok, type Diagnostic, type JsonValue, type Result } from '#base'
import type { Collection, CollectionSpec, DocumentStore } from '#store'
import { ruleFilterOf } from './rule-types/rule-filter.ts'

/** A query that rules run by its id: whoever changes it changes them. */
export type SavedQuery = {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly language: 'kuery' | 'lucene'
  readonly query: string
  /** Kibana filter objects, as written. */
  readonly filters: readonly JsonValue[]
}

/** The saved queries of an installation. */
export interface SavedQueryBook {
  /** All of them, by title. */
  list(): Promise<readonly SavedQuery[]>
  get(id: string): Promise<SavedQuery | undefined>
  /** Adds or replaces one; a text that rules could not run is not stored, and everything wrong with it told. */
  put(query: SavedQuery): Promise<Result<SavedQuery, readonly Diagnostic[]>>
  /** True if there was one. Rules that run it fall back to their own query, or fail. */
  remove(id: string): Promise<boolean>
}

const savedQueryCollection: CollectionSpec<SavedQuery> = { name: 'saved_queries', keys: {} }

/** A {@link SavedQueryBook} that tells of each change once it is stored. */
export function savedQueryBook(
  documents: DocumentStore,
  { onChange }: { readonly onChange: () => void },
): SavedQueryBook {
  const queries: Collection<SavedQuery> = documents.collection(savedQueryCollection)
  return {
    async list() {
      const found: SavedQuery[] = []
      let after: string | undefined
      do {
        const page = await queries.find({ limit: 500, ...(after === undefined ? {} : { after }) })
        found.push(...page.items.map(({ body }) => body))
        after = page.next
      } while (after !== undefined)
      return found.toSorted((a, b) => a.title.localeCompare(b.title))
    },
    get: async (id) => (id === '' ? undefined : (await queries.get(id))?.body),
    async put(query) {
      const filter = ruleFilterOf(query)
      if (!filter.ok) return filter
      await queries.put(query.id, query)
      onChange()
      return ok(query)
    },
    async remove(id) {
      const removed = await queries.delete(id)
      onChange()
      return removed
    },
  }
}
