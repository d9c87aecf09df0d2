import { isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import { compileFilter, eql, kuery } from '#query'
import type { Store } from '#store'
import {
  catalogueOf,
  kqlEvalOutcomes,
  kqlParseOutcomes,
  type CaseOutcome,
} from '../../test/support/kql-cases.ts'
import { multiset } from './alert-view.ts'
import { eqlResults } from './eql/run-eql-file.ts'
import { esqlResults } from './esql/run-esql-file.ts'
import { objectOf, objectsOf, textOf } from './json.ts'
import { resultOf, type CaseResult, type Difference } from './outcome.ts'
import { runRuleCase } from './rule-case.ts'
import { spellingResults, spellingsOf } from './spellings.ts'

/** A way to get an empty store, and its name in reports. */
export interface StoreChoice {
  readonly name: string
  /** Opens an empty store; whoever opened it closes it. */
  open(): Promise<Store>
  /** Ends what the first one to be opened began. */
  end?(): Promise<void>
}

/**
 * Runs every case of a file, whatever its format; `readBeside` gives the text of a file that lies beside it.
 * Throws with what is wrong where the format is not known.
 */
export async function* runFile(
  file: JsonValue,
  stores: readonly StoreChoice[],
  readBeside: (name: string) => string = nothingBeside,
): AsyncGenerator<CaseResult> {
  if (!isJsonObject(file)) throw new Error('the file holds no JSON object')
  const ofEql = eqlResults(file, { eql, stores, readBeside })
  if (ofEql !== undefined) {
    yield* ofEql
    return
  }
  const ofEsql = esqlResults(file)
  if (ofEsql !== undefined) {
    yield* ofEsql
    return
  }
  const spellings = spellingsOf(file)
  if (spellings.length > 0) {
    yield* spellingResults(spellings)
    return
  }
  const cases = objectsOf(file['cases'])
  if (cases.some((each) => isJsonObject(each['rule']))) {
    for (const test of cases) yield await ruleCase(test, file, stores)
    return
  }
  if (isJsonObject(file['documents']) && cases.some((each) => each['doc'] !== undefined)) {
    for (const test of cases) yield await evalCase(test, file, stores)
    return
  }
  const isParse = cases.some((each) => each['ast'] !== undefined || each['error'] !== undefined)
  if (isParse || file['equivalences'] !== undefined || file['to_dsl'] !== undefined) {
    for (const outcome of kqlParseOutcomes(file)) {
      yield resultOf(outcome.id, differencesOf(outcome))
    }
    return
  }
  throw new Error(unknownFormat(file))
}

function nothingBeside(name: string): never {
  throw new Error(`${name} does not lie beside the cases`)
}

function unknownFormat(file: JsonObject): string {
  const keys = Object.keys(file).join(', ')
  return `this format is not known (members: ${keys}); known are KQL parse vectors (cases with ast or error), KQL evaluation vectors (documents, and cases with doc), EQL vectors (series, accept_parse, folds or limits), ES|QL vectors (datasets, and cases with columns), spellings (entries with argv) and rule cases (cases with rule)`
}

function differencesOf({ query, expected, found }: CaseOutcome): readonly Difference[] {
  return multiset([expected])[0] === multiset([found])[0] ? [] : [{ what: query, expected, found }]
}

/** An evaluation vector: both matchers, and a search in each store that holds the document. */
async function evalCase(
  test: JsonObject,
  file: JsonObject,
  stores: readonly StoreChoice[],
): Promise<CaseResult> {
  const [outcome] = kqlEvalOutcomes({ ...file, cases: [test] })
  const differences = outcome === undefined ? [] : [...differencesOf(outcome)]
  const document = objectOf(objectOf(file['documents'])[textOf(test['doc'])])
  const plan = kuery.parse(textOf(test['query']))
  for (const choice of plan.ok ? stores : []) {
    const store = await choice.open()
    try {
      const context = {
        fields: catalogueOf(document),
        nowMs: Date.parse(textOf(file['now'])),
      }
      const source = objectOf(document['doc'])
      await store.events.append([{ index: 'cases', id: '1', source }])
      const filter = plan.ok ? plan.value : { kind: 'none' as const }
      const found = (await store.events.count({ indices: ['cases'], filter, context })) === 1
      const expected = test['expected'] ?? null
      const agrees = compileFilter(filter, context)(source) === found
      if (found !== expected || !agrees) {
        const what = `${textOf(test['query'])} in the ${choice.name} store`
        differences.push({ what, expected, found })
      }
    } finally {
      await store.close()
    }
  }
  return resultOf(textOf(test['id']), differences)
}

/** A rule case, in each store; it fails if it fails in any. */
async function ruleCase(
  test: JsonObject,
  file: JsonObject,
  stores: readonly StoreChoice[],
): Promise<CaseResult> {
  const id = textOf(test['id'])
  const differences: Difference[] = []
  for (const choice of stores) {
    const store = await choice.open()
    try {
      const outcome = await runRuleCase(test, file, store)
      if (outcome.kind === 'skipped') return { kind: 'skipped', id, reason: outcome.reason }
      const named = outcome.differences.map((each) => ({
        ...each,
        what: `${each.what} in the ${choice.name} store`,
      }))
      differences.push(...named)
    } catch (thrown) {
      const what = `the case in the ${choice.name} store`
      differences.push({ what, expected: 'a case that can be run', found: messageOf(thrown) })
    } finally {
      await store.close()
    }
  }
  return resultOf(id, differences)
}
