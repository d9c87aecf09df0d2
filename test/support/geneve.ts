import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { readRules, type InstalledRule, type Rule } from '#rule'
import type { NewEvent } from '#store'
import { sharedData } from './shared-data.ts'

/** A document that an independent generator made: one way of satisfying a public rule's query. */
export interface GeneratedDocument {
  readonly ruleId: string
  readonly branch: number
  /** Place in a sequence, from 0. */
  readonly position: number
  readonly source: JsonObject
}

/** A public rule from which documents were made. */
export interface GeneratedRule {
  readonly ruleId: string
  readonly type: string
  readonly language: string
  /** Below the folder of public rules. */
  readonly path: string
}

/** Whether both the documents and the rules are beside this clone. */
export const hasGenerated = sharedData('geneve') !== undefined && sharedData('rules') !== undefined

/** Every rule of the generator's list. */
export function generatedRules(): readonly GeneratedRule[] {
  return linesOf('rules.ndjson.gz').map(({ rule_id: ruleId, type, language, path }) => ({
    ruleId: String(ruleId),
    type: String(type),
    language: String(language),
    path: String(path),
  }))
}

/** Its documents by rule_id, each in the order of branches and positions. */
export function generatedDocuments(): ReadonlyMap<string, readonly GeneratedDocument[]> {
  const documents = linesOf('docs.ndjson.gz').map(({ rule_id: ruleId, branch, seq, doc }) => ({
    ruleId: String(ruleId),
    branch: Number(branch),
    position: Number(seq),
    source: isJsonObject(doc) ? doc : {},
  }))
  return Map.groupBy(documents, ({ ruleId }) => ruleId)
}

function linesOf(file: string): readonly JsonObject[] {
  return gunzipSync(readFileSync(`${sharedData('geneve')}/${file}`))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): JsonValue => JSON.parse(line))
    .filter(isJsonObject)
}

/** The public rule at a path; undefined where this collection has it no longer. */
export function publicRule(path: string): Rule | undefined {
  const text = readFileSync(`${sharedData('rules')}/${path}`)
  return readRules(text, { path }).rules[0]
}

/** A rule as if it were installed and on. */
export function installedFrom(rule: Rule, nowMs: number): InstalledRule {
  const at = new Date(nowMs).toISOString()
  return {
    uuid: rule.ruleId,
    rule: { ...rule, enabled: true },
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'generator',
    updatedAt: at,
    updatedBy: 'generator',
  }
}

/** An index that the rule's first pattern means. */
export function indexOf({ params }: Rule): string {
  const pattern = 'index' in params ? params.index?.[0] : undefined
  return (pattern ?? 'logs-generated-default').replaceAll('*', 'x').toLowerCase()
}

/** A document of a rule as an event of a time. */
export function eventOf(rule: Rule, source: JsonObject, atMs: number): NewEvent {
  const at = new Date(atMs).toISOString()
  const event = isJsonObject(source['event']) ? source['event'] : {}
  return {
    index: indexOf(rule),
    source: { '@timestamp': at, ...source, event: { ...event, ingested: at } },
  }
}
