import type { Api, WireSavedQuery } from '#api'
import { Fault, isJsonObject } from '#base'
import type { SavedQuery } from '#detect'
import type { ApiWorld } from './api-world.ts'

type SavedQueryCalls = Pick<
  Api,
  'listSavedQueries' | 'getSavedQuery' | 'putSavedQuery' | 'removeSavedQuery'
>

/** The part of the API that is about saved queries. */
export function savedQueriesApi({ savedQueries, rules }: ApiWorld): SavedQueryCalls {
  const wire = async (queries: readonly SavedQuery[]): Promise<readonly WireSavedQuery[]> => {
    const users = (await rules.list()).flatMap(({ rule: { ruleId, params } }) =>
      params.type === 'saved_query' ? [{ ruleId, savedId: params.savedId }] : [],
    )
    return queries.map((query) => ({
      ...query,
      filters: query.filters.filter(isJsonObject),
      rules: users.filter(({ savedId }) => savedId === query.id).map(({ ruleId }) => ruleId),
    }))
  }
  const only = async (query: SavedQuery): Promise<WireSavedQuery> => {
    const [first] = await wire([query])
    if (first === undefined) throw new Fault('internal', 'saved-query.lost', `${query.id} is lost`)
    return first
  }
  return {
    listSavedQueries: async () => ({ saved_queries: await wire(await savedQueries.list()) }),
    async getSavedQuery({ id }) {
      const found = await savedQueries.get(id)
      if (found !== undefined) return only(found)
      throw new Fault('not-found', 'saved-query.not-found', `there is no saved query ${id}`)
    },
    async putSavedQuery({ id, body }) {
      const { title = id, description = '', language = 'kuery', query, filters = [] } = body
      const saved = await savedQueries.put({ id, title, description, language, query, filters })
      if (saved.ok) return only(saved.value)
      const told = saved.error.map(({ message, span }) => `${message} (at ${span.start + 1})`)
      throw new Fault('invalid', 'saved-query.invalid', `save query ${id}: ${told.join('; ')}`)
    },
    removeSavedQuery: async ({ id }) => ({ removed: await savedQueries.remove(id) }),
  }
}
