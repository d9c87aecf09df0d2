import type { JsonObject } from '#base'
import { objectOf, objectsOf, textOf } from '../json.ts'
import type { CaseResult } from '../outcome.ts'
import type { StoreChoice } from '../run-file.ts'
import { acceptanceCases } from './accepted.ts'
import { eqlDataset, type EqlDataset } from './dataset.ts'
import { functionCases } from './functions.ts'
import type { EqlLanguage } from './language.ts'
import { eqlQueryCase } from './query.ts'
import { seriesCase } from './series.ts'
import { translationCases } from './translated.ts'

/** What running a file of EQL vectors needs besides it. */
export interface EqlSurroundings {
  /** Undefined where there is none: then only the vectors of the sequence machines run. */
  readonly eql: EqlLanguage | undefined
  readonly stores: readonly StoreChoice[]
  /** The text of a file that lies beside this one. */
  readonly readBeside: (name: string) => string
}

/** The results of a file of EQL vectors; undefined for any other file. */
export function eqlResults(
  file: JsonObject,
  surroundings: EqlSurroundings,
): AsyncIterable<CaseResult> | Iterable<CaseResult> | undefined {
  const { eql } = surroundings
  if (eql === undefined) return isOfEql(file) ? withoutLanguage(file) : undefined
  if (file['accept_parse'] !== undefined) return acceptanceCases(eql, file)
  if (file['folds'] !== undefined) return functionCases(eql, file)
  if (file['limits'] !== undefined) return translationCases(eql, file)
  if (file['series'] !== undefined) return queryResults(file, { ...surroundings, eql })
  return isOfEql(file) ? [] : undefined
}

/** Whether a file holds EQL vectors, or documents for those of other files and nothing to run. */
function isOfEql(file: JsonObject): boolean {
  const isData = file['datasets'] !== undefined && file['cases'] === undefined
  return isData || ['accept_parse', 'folds', 'limits', 'series'].some((part) => part in file)
}

function* withoutLanguage(file: JsonObject): Generator<CaseResult> {
  for (const test of objectsOf(objectOf(file['series'])['cases'])) yield seriesCase(test)
  for (const part of ['cases', 'reject_parse', 'reject_semantic', 'accept_parse', 'folds']) {
    for (const test of objectsOf(file[part])) {
      const reason = 'EQL does not run in this version'
      yield { kind: 'skipped', id: textOf(test['id']), reason }
    }
  }
}

async function* queryResults(
  file: JsonObject,
  { eql, stores, readBeside }: EqlSurroundings & { readonly eql: EqlLanguage },
): AsyncGenerator<CaseResult> {
  for (const test of objectsOf(objectOf(file['series'])['cases'])) yield seriesCase(test)
  const text = readBeside('eql_dataset.json')
  const datasets = new Map<string, EqlDataset>()
  for (const test of objectsOf(file['cases'])) {
    const name = textOf(test['dataset'])
    if (name.endsWith('-nanos')) {
      const reason = 'dates are kept to the millisecond, and there is no field type for more'
      yield { kind: 'skipped', id: textOf(test['id']), reason }
      continue
    }
    const dataset = datasets.get(name) ?? eqlDataset(text, name)
    datasets.set(name, dataset)
    yield await eqlQueryCase(test, { eql, dataset, stores })
  }
}
