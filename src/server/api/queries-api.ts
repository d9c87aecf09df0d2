import type { Api } from '#api'
import { err, Fault, ok, type Diagnostic, type Result } from '#base'
import { forEachLeaf, type FieldCatalogue } from '#event'
import { eql, filterOfStages, languageOf, prepareEsql, type FilterPlan } from '#query'
import type { ApiWorld } from './api-world.ts'
import { plainDiagnostic } from './plain-diagnostic.ts'

/** Events whose fields are counted, so that completion knows what is there. */
const sampledEvents = 500

/** The part of the API that helps to write queries. */
export function queriesApi({
  events,
  fields,
  clock,
}: ApiWorld): Pick<Api, 'checkQuery' | 'listFields'> {
  return {
    checkQuery: async ({ body: { language, text } }) => ({
      diagnostics: problemsOf(language, text, { fields, nowMs: clock.nowMs() }).map(
        plainDiagnostic,
      ),
    }),
    async listFields({ index = '*' }, signal) {
      const seen = new Map<string, number>()
      let lookedAt = 0
      const pages = events.search({
        indices: [index],
        filter: { kind: 'all' },
        context: { fields, nowMs: clock.nowMs() },
        time: { fields: { primary: '@timestamp' }, fromMs: -8.64e15, toMs: 8.64e15 },
        order: 'time-descending',
        limit: sampledEvents,
        ...(signal !== undefined && { signal }),
      })
      for await (const page of pages) {
        for (const { source } of page) {
          lookedAt++
          const own = new Set<string>()
          forEachLeaf(source, (name) => own.add(name))
          for (const name of own) seen.set(name, (seen.get(name) ?? 0) + 1)
        }
      }
      const names = new Set([...seen.keys(), ...fields.names()])
      return {
        looked_at: lookedAt,
        fields: [...names].map((name) => ({
          name,
          type: fields.mappingOf(name)?.type ?? 'unknown',
          share: (seen.get(name) ?? 0) / Math.max(1, lookedAt),
        })),
      }
    },
  }
}

type RuleLanguage = Parameters<Api['checkQuery']>[0]['body']['language']
type Language = Exclude<RuleLanguage, 'esql'>

function problemsOf(
  language: RuleLanguage,
  text: string,
  { fields, nowMs }: { readonly fields: FieldCatalogue; readonly nowMs: number },
): readonly Diagnostic[] {
  if (language === 'esql') {
    const plan = prepareEsql(text, { fields, nowMs })
    return plan.ok ? [] : plan.error
  }
  if (language !== 'eql') return languageOf(language)?.check(text, fields) ?? []
  const statement = eql.parse(text)
  if (!statement.ok) return statement.error
  return eql.check(statement.value, fields, { unknownFields: 'warning' })
}

/** The filter of a query in any language. Faults: `invalid`, with what is wrong and where. */
export function filterOf(language: Language, text: string, fields: FieldCatalogue): FilterPlan {
  const parsed = language === 'eql' ? eqlFilter(text, fields) : plainFilter(language, text)
  if (parsed.ok) return parsed.value
  const told = parsed.error.map(({ message, span }) => `${message} (at ${span.start + 1})`)
  throw new Fault('invalid', 'api.invalid-query', told.join('; '))
}

function plainFilter(
  language: Exclude<Language, 'eql'>,
  text: string,
): Result<FilterPlan, readonly Diagnostic[]> {
  const found = languageOf(language)
  if (found === undefined)
    throw new Fault('internal', 'api.no-language', `${language} is not there`)
  return found.parse(text)
}

function eqlFilter(
  text: string,
  fields: FieldCatalogue,
): Result<FilterPlan, readonly Diagnostic[]> {
  if (text.trim() === '') return ok({ kind: 'all' })
  const statement = eql.parse(text)
  if (!statement.ok) return statement
  const problems = eql.check(statement.value, fields, { unknownFields: 'warning' })
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return err(errors)
  const plan = eql.lower(statement.value, { fields })
  return ok(plan.kind === 'events' ? plan.filter : filterOfStages(plan))
}
