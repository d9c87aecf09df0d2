import { existsSync, globSync, readFileSync } from 'node:fs'
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

/** Runs every KQL rule over every recorded event file of the data folder, and over the generated events. */
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
  return recordings(dataFolder).map(({ file, events, pairs }) => {
    const found = events.flatMap((event, line) =>
      rules.flatMap(({ query, matches }) => (matches(event) ? [`${line} ${query.ruleId}`] : [])),
    )
    const both = new Set(found).intersection(new Set(pairs))
    const differenceOf = (pair: string, isMissing: boolean): MatchDifference => {
      const [line = '', ruleId = ''] = pair.split(' ')
      return { line: Number(line), ruleId, explanation: explain(queryById.get(ruleId), isMissing) }
    }
    return {
      file,
      events: events.length,
      agreed: both.size,
      missing: pairs.filter((pair) => !both.has(pair)).map((pair) => differenceOf(pair, true)),
      extra: found.filter((pair) => !both.has(pair)).map((pair) => differenceOf(pair, false)),
    }
  })
}

/** Events and the pairs of line and rule that somebody else found in them. */
interface Recording {
  readonly file: string
  readonly events: readonly JsonObject[]
  readonly pairs: readonly string[]
}

function recordings(dataFolder: string): readonly Recording[] {
  const recorded = globSync(`${dataFolder}/events/*.kql_matches.json`)
    .toSorted()
    .map((recordFile) => {
      const base = recordFile.slice(0, -'.kql_matches.json'.length)
      const events = linesOf(`${base}.ndjson.gz`)
      return { file: basename(base), events, pairs: recordedPairs(recordFile) }
    })
  const generatedFile = `${dataFolder}/geneve/docs.ndjson.gz`
  if (!existsSync(generatedFile)) return recorded
  const generated = linesOf(generatedFile)
  const pairs = generated.flatMap(({ kql_matches: ids }, line) =>
    Array.isArray(ids) ? ids.map((id: JsonValue) => `${line} ${String(id)}`) : [],
  )
  const events = generated.map(({ doc }) => (isJsonObject(doc) ? doc : {}))
  return [...recorded, { file: 'geneve/docs', events, pairs }]
}

/** Why a rule's pairs may differ; docs/reference/kql-differences.md tells more. */
function explain(query: CorpusQuery | undefined, isMissing: boolean): string | undefined {
  if (query === undefined) return undefined
  const { file, ruleId, ruleType } = query
  if (isMissing) {
    return ruleId === quotedStarRule ? 'a * in quotes was taken for a wildcard' : undefined
  }
  if (file.startsWith('_deprecated/')) return 'deprecated rules were not recorded'
  if (ruleType === 'threat_match') return 'indicator match rules were not recorded'
  if (escapeBesideStarRules.has(ruleId)) return 'the backslash of an escape beside a * was kept'
  if (ruleId === caselessRule) return 'there were no caseless multi-fields'
  if (ruleId === lineBreakRule) return 'a value that goes on over a line break was refused'
  return undefined
}

const quotedStarRule = '9bed06f5-0c32-488a-9353-d565fc9d1573'
const caselessRule = '9d110cb3-5f4b-4c9a-b9f5-53f0a1707ae2'
const lineBreakRule = '5f0fff18-f340-444b-9a98-c49ade766ff4'
const escapeBesideStarRules: ReadonlySet<string> = new Set([
  'abb7bc31-b865-4318-80a9-b9ee4edd57b6',
  'f2e21713-1eac-4908-a782-1b49c7e9d53b',
  '79f97b31-480e-4e63-a7f4-ede42bf2c6de',
  'b2f8c4e1-6a73-4f1e-9c2d-8e5b0a1d3f7c',
  'f7a1c536-9ac0-11ef-9911-f661ea17fbcd',
  '5dd3358c-4664-4b4c-aca1-b3fa4a4c83c9',
  '2302fb59-5201-46ec-b433-6044adb37b0b',
  'b5974c88-d584-451c-8ce3-6b19d7456199',
  '00c2a946-bbe8-4345-941d-9ea13da91600',
])

function linesOf(file: string): readonly JsonObject[] {
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
