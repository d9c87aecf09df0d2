import type { JsonObject } from '#base'
import { objectOf, objectsOf, textOf } from '../json.ts'
import type { CaseResult } from '../outcome.ts'
import type { StoreChoice } from '../run-file.ts'
import { acceptanceCases } from './accepted.ts'
import { eqlDataset, type EqlDataset } from './dataset.ts'
import { functionCases } from './functions.ts'
import type { EqlLanguage } from './language.ts'
import { eqlQueryCase, type FilledStore } from './query.ts'
import { seriesCase } from './series.ts'
import { translationCases } from './translated.ts'

/** What running a file of EQL vectors needs besides it. */
export interface EqlSurroundings {
  readonly eql: EqlLanguage
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
  if (file['accept_parse'] !== undefined) return acceptanceCases(eql, file)
  if (file['folds'] !== undefined) return functionCases(eql, file)
  if (file['limits'] !== undefined) return translationCases(eql, file)
  if (file['series'] !== undefined) return queryResults(file, surroundings)
  return isOfEql(file) ? [] : undefined
}

/** Whether a file holds EQL vectors, or documents for those of other files and nothing to run. */
function isOfEql(file: JsonObject): boolean {
  const isData = file['datasets'] !== undefined && file['cases'] === undefined
  return isData || ['accept_parse', 'folds', 'limits', 'series'].some((part) => part in file)
}

async function* queryResults(
  file: JsonObject,
  { eql, stores, readBeside }: EqlSurroundings,
): AsyncGenerator<CaseResult> {
  for (const test of objectsOf(objectOf(file['series'])['cases'])) yield seriesCase(test)
  const text = readBeside('eql_dataset.json')
  const byDataset = Map.groupBy(objectsOf(file['cases']), (test) => textOf(test['dataset']))
  for (const [name, tests] of byDataset) {
    const dataset = eqlDataset(text, name)
    const filled = await filledWith(dataset, stores)
    try {
      for (const test of tests) yield await eqlQueryCase(test, { eql, dataset, stores: filled })
    } finally {
      await Promise.all(filled.map(({ store }) => store.close()))
    }
  }
}

/** Each store with the dataset in it; queries change nothing there. */
async function filledWith(
  dataset: EqlDataset,
  choices: readonly StoreChoice[],
): Promise<readonly FilledStore[]> {
  const filled: FilledStore[] = []
  for (const { name, open } of choices) {
    const store = await open()
    await store.events.append(dataset.events)
    filled.push({ name, store })
  }
  return filled
}
