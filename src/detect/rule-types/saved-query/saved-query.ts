import { err, ok, type Diagnostic, type Result } from '#base'
import type { QueryParams, SavedQueryParams } from '#rule'
import type { RuleType, RunnableRule, SavedQueries } from '../../rule-type.ts'
import { query, runnableQuery } from '../query/query.ts'
import { ruleFilterOf } from '../rule-filter.ts'

/** Every event that matches a query which is kept apart from the rule, as it is at each execution. */
export const savedQuery: RuleType = {
  id: 'saved_query',
  title: `Saved ${query.title}`,
  compile({ params }) {
    if (params.type !== 'saved_query') return err([])
    const own = ownQueryOf(params)
    const filter = own === undefined ? undefined : ruleFilterOf(own)
    return ok({
      // Until it is looked up, and for whoever cannot look it up.
      ...runnableQuery(params, filter?.ok === true ? filter.value : { kind: 'none' }),
      lookUp: (savedQueries) => lookUp(params, savedQueries),
    })
  },
}

/** The saved query with its own filters, else the rule's query with the rule's. */
async function lookUp(
  params: SavedQueryParams,
  savedQueries: SavedQueries,
): Promise<Result<RunnableRule, readonly Diagnostic[]>> {
  const runs = (await savedQueries.get(params.savedId)) ?? ownQueryOf(params)
  if (runs === undefined) return err([notFound(params.savedId)])
  const filter = ruleFilterOf(runs)
  return filter.ok ? ok(runnableQuery(params, filter.value)) : filter
}

function ownQueryOf({
  query: text,
  language,
  filters,
}: SavedQueryParams): Pick<QueryParams, 'query' | 'language' | 'filters'> | undefined {
  return text === undefined ? undefined : { query: text, language, filters }
}

function notFound(savedId: string): Diagnostic {
  return {
    code: 'saved-query.not-found',
    severity: 'error',
    message: `there is no saved query [${savedId}], and the rule has no query of its own to run instead`,
    span: { start: 0, end: 0 },
    help: 'save a query of this id, or write a query into the rule',
    origin: 'saved_id',
  }
}
