import { isJsonObject, type Diagnostic, type JsonObject } from '#base'
import type { SavedQuery, SavedQueryBook } from '#detect'

/** What became of the saved queries that came with rules. */
export interface SavedQueriesImported {
  /** Ids of those that are stored as the file says. */
  readonly imported: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Stores the saved queries among the lines of a file that are no rules, as Kibana exports them from its
 * saved objects. One that is there with another text is replaced, or stays and is told of.
 */
export async function importSavedQueries(
  { savedQueries }: { readonly savedQueries: SavedQueryBook },
  others: readonly JsonObject[],
  { existing, path }: { readonly existing: 'replace' | 'keep'; readonly path: string },
): Promise<SavedQueriesImported> {
  const imported: string[] = []
  const diagnostics: Diagnostic[] = []
  const tell = (severity: Diagnostic['severity'], code: string, message: string) =>
    void diagnostics.push({ code, severity, message, span: { start: 0, end: 0 }, origin: path })
  for (const line of others.filter(isSavedQuery)) {
    const query = savedQueryOf(line)
    if (query === undefined) {
      const message = `saved query ${String(line['id'])} lacks an id, or its query is no text`
      tell('error', 'import.saved-query-unreadable', message)
      continue
    }
    const before = await savedQueries.get(query.id)
    const isSame = JSON.stringify(before) === JSON.stringify(query)
    if (before !== undefined && !isSame && existing === 'keep') {
      const message = `saved query ${query.id} (${before.title}) is there with another text, which stays`
      tell('warning', 'import.saved-query-kept', message)
      continue
    }
    const saved = await savedQueries.put(query)
    if (saved.ok) imported.push(query.id)
    else
      for (const each of saved.error) {
        tell('error', each.code, `saved query ${query.id}: ${each.message}`)
      }
  }
  return { imported, diagnostics }
}

/** Whether a line of a file is a saved query. */
export function isSavedQuery(line: JsonObject): boolean {
  return line['type'] === 'query' && isJsonObject(line['attributes'] ?? null)
}

function savedQueryOf({ id, attributes }: JsonObject): SavedQuery | undefined {
  const { title, description, query, filters }: JsonObject = Object(attributes)
  const { query: text, language }: JsonObject = isJsonObject(query ?? null) ? Object(query) : {}
  if (typeof id !== 'string' || id === '' || id.length > 200) return undefined
  if (typeof text !== 'string') return undefined
  return {
    id,
    title: typeof title === 'string' ? title : id,
    description: typeof description === 'string' ? description : '',
    language: language === 'lucene' ? 'lucene' : 'kuery',
    query: text,
    filters: Array.isArray(filters) ? filters : [],
  }
}
