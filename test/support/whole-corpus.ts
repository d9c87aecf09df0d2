import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isJsonObject, type JsonObject } from '#base'
import { compileRule } from '#detect'
import { ecsCatalogue } from '#event'
import type { FilterPlan } from '#query'
import { readRules } from '#rule'

/** What a public rule asks of each event by itself, and of which indices. */
export interface CorpusFilter {
  readonly ruleId: string
  readonly filter: FilterPlan
  readonly indices: readonly string[]
}

/**
 * The event filters of all public rules below a folder that run in this version. Of ES|QL rules a filter says only
 * part of what they ask, so they have no place here.
 */
export function wholeCorpus(folder: string): readonly CorpusFilter[] {
  return globSync(`${folder}/**/*.toml`)
    .toSorted()
    .flatMap((path) => readRules(readFileSync(path), { path }).rules)
    .flatMap((rule) => {
      const runnable = compileRule(rule, ecsCatalogue())
      if (!runnable.ok || rule.params.type === 'esql') return []
      const { filter, source } = runnable.value
      const indices = source.index ?? ['*']
      return [{ ruleId: rule.ruleId, filter, indices }]
    })
}

/** Recorded and generated events below a folder, as they lie in their files. */
export function recordedEvents(
  folder: string,
): readonly { readonly file: string; readonly events: readonly JsonObject[] }[] {
  return globSync(`${folder}/{events,geneve}/*.ndjson.gz`)
    .filter((path) => !path.endsWith('rules.ndjson.gz'))
    .toSorted()
    .map((path) => ({ file: basename(path), events: eventsIn(path) }))
}

function eventsIn(path: string): readonly JsonObject[] {
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isJsonObject)
    .map((value) => (isJsonObject(value['doc']) ? value['doc'] : value))
}
