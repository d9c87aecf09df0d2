import { globSync, readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'smol-toml'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { ecsCatalogue } from '#event'
import { compileFilter, kuery } from '#query'

/** One KQL text of a public rule. */
export interface CorpusQuery {
  readonly file: string
  readonly ruleId: string
  readonly ruleType: string
  /** Which member of the rule it is: `query` or `threat_query`. */
  readonly member: string
  readonly text: string
}

/** The Kibana filters of a public rule. */
export interface CorpusFilters {
  readonly file: string
  readonly filters: readonly JsonValue[]
}

/** Every rule file below a folder, by path. */
export function corpusRules(
  folder: string,
): readonly { readonly file: string; readonly rule: JsonObject }[] {
  return globSync(`${folder}/**/*.toml`)
    .toSorted()
    .flatMap((file) => {
      const document: unknown = parse(readFileSync(file, 'utf8'))
      const rule = isJsonObject(document) ? document['rule'] : undefined
      return isJsonObject(rule) ? [{ file: relative(folder, file), rule }] : []
    })
}

/** The KQL texts of rules: queries and threat queries. */
export function corpusQueries(rules: ReturnType<typeof corpusRules>): readonly CorpusQuery[] {
  return rules.flatMap(({ file, rule }) =>
    [
      ['query', rule['language']],
      ['threat_query', rule['threat_language'] ?? 'kuery'],
    ].flatMap(([member, language]) => {
      const text = rule[String(member)]
      if (language !== 'kuery' || typeof text !== 'string') return []
      const ruleId = String(rule['rule_id'])
      return [{ file, ruleId, ruleType: String(rule['type']), member: String(member), text }]
    }),
  )
}

/** The Kibana filters of rules: filters and threat filters. */
export function corpusFilters(rules: ReturnType<typeof corpusRules>): readonly CorpusFilters[] {
  return rules.flatMap(({ file, rule }) =>
    ['filters', 'threat_filters'].flatMap((member) => {
      const filters: JsonValue | undefined = rule[member]
      return Array.isArray(filters) ? [{ file, filters }] : []
    }),
  )
}

/** How our matches of one event file differ from those recorded beside it. */
export interface MatchComparison {
  readonly file: string
  readonly events: number
  /** Pairs of event and rule that both know. */
  readonly agreed: number
  /** Recorded pairs that we do not find. */
  readonly missing: readonly MatchDifference[]
  /** Pairs that we find and nobody recorded. */
  readonly extra: readonly MatchDifference[]
}

/** A pair of event line (from 0) and rule, and why it may rightly differ, if we know. */
export interface MatchDifference {
  readonly line: number
  readonly ruleId: string
  readonly explanation: string | undefined
}

/** Runs every KQL rule over every recorded event file of the data folder. */
export function compareMatches(dataFolder: string): readonly MatchComparison[] {
  const queries = corpusQueries(corpusRules(`${dataFolder}/rules/rules`)).filter(
    ({ member }) => member === 'query',
  )
  const context = { fields: ecsCatalogue(), nowMs: Date.UTC(2026, 0, 1) }
  const rules = queries.map((query) => {
    const plan = kuery.parse(query.text)
    return { query, matches: plan.ok ? compileFilter(plan.value, context) : () => false }
  })
  const queryById = new Map(queries.map((query) => [query.ruleId, query]))
  return globSync(`${dataFolder}/events/*.kql_matches.json`)
    .toSorted()
    .map((recordFile) => {
      const base = recordFile.slice(0, -'.kql_matches.json'.length)
      const events = eventsOf(`${base}.ndjson.gz`)
      const found = events.flatMap((event, line) =>
        rules.flatMap(({ query, matches }) => (matches(event) ? [`${line} ${query.ruleId}`] : [])),
      )
      const recorded = recordedPairs(recordFile)
      const both = new Set(found).intersection(new Set(recorded))
      const differenceOf = (pair: string): MatchDifference => {
        const [line = '', ruleId = ''] = pair.split(' ')
        return { line: Number(line), ruleId, explanation: explain(queryById.get(ruleId)) }
      }
      return {
        file: basename(base),
        events: events.length,
        agreed: both.size,
        missing: recorded.filter((pair) => !both.has(pair)).map(differenceOf),
        extra: found.filter((pair) => !both.has(pair)).map(differenceOf),
      }
    })
}

/** Why a rule's pairs are missing from the record; docs/reference/kql-differences.md tells more. */
function explain(query: CorpusQuery | undefined): string | undefined {
  if (query === undefined) return undefined
  if (query.file.startsWith('_deprecated/')) return 'deprecated rules were not recorded'
  if (query.ruleType === 'threat_match') return 'indicator match rules were not recorded'
  if (query.text.includes('.caseless:'))
    return 'the recording evaluator has no caseless multi-fields'
  return undefined
}

function eventsOf(file: string): readonly JsonObject[] {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const event: unknown = JSON.parse(line)
      return isJsonObject(event) ? event : {}
    })
}

function recordedPairs(file: string): readonly string[] {
  const record: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const matches: unknown = isJsonObject(record) ? record['matches'] : []
  const pairs: readonly unknown[] = Array.isArray(matches) ? matches : []
  return pairs.filter(isJsonObject).map(({ line, rule_id: id }) => `${String(line)} ${String(id)}`)
}
