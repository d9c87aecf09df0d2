import { err, hasErrors, ok, type Diagnostic, type Result } from '#base'
import { fromKibanaFilters, languageOf, type FilterPlan } from '#query'
import type { QueryParams } from '#rule'

/** The plan of a rule's query and filters together, or everything that is wrong with either. */
export function ruleFilterOf(
  params: Pick<QueryParams, 'query' | 'language' | 'filters'>,
): Result<FilterPlan, readonly Diagnostic[]> {
  const language = languageOf(params.language)
  if (language === undefined) return err([notRunnable(params.language)])
  const query = language.parse(params.query)
  const filters = fromKibanaFilters(params.filters)
  const problems = [...(query.ok ? [] : query.error), ...(filters.ok ? [] : filters.error)]
  if (!query.ok || !filters.ok || hasErrors(problems)) return err(problems)
  return ok({ kind: 'and', of: [query.value, filters.value] })
}

function notRunnable(language: string): Diagnostic {
  return {
    code: 'detect.language-not-runnable',
    severity: 'error',
    message: `query language ${language} does not run in this version`,
    span: { start: 0, end: 0 },
    help: 'write the query in kuery',
    origin: 'language',
  }
}
