import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import {
  emptyCatalogue,
  fieldTypeOf,
  withMappings,
  type EventDocument,
  type FieldType,
} from '#event'
import { cellJson, prepareEsql, type Column, type EsqlPlan, type EsqlType } from '#query'
import { elementsOf, objectOf, objectsOf, textOf } from '../json.ts'
import { resultOf, type CaseResult, type Difference } from '../outcome.ts'

/** The results of a file of ES|QL vectors: `datasets` and `cases` of `query`, `columns` and `rows`. Undefined for any other file. */
export function esqlResults(file: JsonObject): AsyncIterable<CaseResult> | undefined {
  const cases = objectsOf(file['cases'])
  if (!isJsonObject(file['datasets']) || !cases.some(isOfEsql)) return undefined
  return results(cases, objectOf(file['datasets']))
}

function isOfEsql(test: JsonObject): boolean {
  return typeof test['query'] === 'string' && Array.isArray(test['columns'])
}

async function* results(
  cases: readonly JsonObject[],
  datasets: JsonObject,
): AsyncGenerator<CaseResult> {
  for (const test of cases) {
    const dataset = datasetOf(objectOf(datasets[textOf(test['dataset'])]))
    yield resultOf(textOf(test['id']), await differencesOf(test, dataset))
  }
}

interface Dataset {
  readonly types: { readonly [column: string]: FieldType }
  readonly names: readonly string[]
  readonly events: readonly EventDocument[]
}

/** Documents of a dataset's rows, whose columns are those that it lists; a row may have more. */
function datasetOf(dataset: JsonObject): Dataset {
  const events = objectsOf(dataset['rows']).map((row, at) => ({
    index: 'cases',
    id: String(at),
    source: row,
  }))
  const listed = Object.entries(objectOf(dataset['columns'])).map(
    ([name, type]) => [name, fieldTypeOf(textOf(type).split(' ')[0] ?? '') ?? 'keyword'] as const,
  )
  const unlisted = new Set(events.flatMap(({ source }) => Object.keys(source)))
  for (const [name] of listed) unlisted.delete(name)
  const besides = [...unlisted].map((name) => [name, 'long'] as const)
  return {
    types: Object.fromEntries([...listed, ...besides]),
    names: listed.map(([name]) => name),
    events,
  }
}

async function differencesOf(
  test: JsonObject,
  { types, names, events }: Dataset,
): Promise<readonly Difference[]> {
  const fields = withMappings(emptyCatalogue(), types)
  const typeOf = (name: string): EsqlType | undefined => columnTypeOf(types[name])
  const query = textOf(test['query'])
  const plan = prepareEsql(query, { nowMs: Date.now(), fields }, { typeOf, names })
  if (!plan.ok) {
    const found = plan.error.map(({ message }) => message).join('; ')
    return [{ what: query, expected: 'a query that can be run', found }]
  }
  const wanted = objectsOf(test['columns'])
  const found = await rowsOf(plan.value, events)
  const columns = plan.value.columns.map(({ name, type }) => `${name}:${type}`)
  const wantedColumns = wanted.map(({ name, type }) => `${textOf(name)}:${textOf(type)}`)
  const differences: Difference[] = []
  if (!sameJson(columns, wantedColumns)) {
    differences.push({ what: `columns of ${query}`, expected: wantedColumns, found: columns })
  }
  const isSorted = test['ignore_order'] !== true
  const expected = inOrder(elementsOf(test['rows']), isSorted)
  if (!sameJson(inOrder(found, isSorted), expected)) {
    differences.push({ what: `rows of ${query}`, expected, found: inOrder(found, isSorted) })
  }
  return differences
}

function columnTypeOf(type: FieldType | undefined): EsqlType | undefined {
  switch (type) {
    case 'keyword':
    case 'ip':
    case 'date':
    case 'boolean':
    case 'integer':
    case 'long':
    case 'double':
    case 'version':
      return type
    default:
      return undefined
  }
}

async function rowsOf(
  plan: EsqlPlan,
  events: readonly EventDocument[],
): Promise<readonly JsonValue[]> {
  const rows: JsonValue[] = []
  for await (const page of plan.run(pages(events))) {
    for (const { cells } of page) {
      rows.push(plan.columns.map(({ slot, type }: Column) => cellJson(cells[slot] ?? null, type)))
    }
  }
  return rows
}

async function* pages(events: readonly EventDocument[]): AsyncGenerator<readonly EventDocument[]> {
  yield events
}

function inOrder(rows: readonly JsonValue[], isSorted: boolean): readonly JsonValue[] {
  if (isSorted) return rows
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Whether two values are the same, numbers to nine digits. */
function sameJson(a: JsonValue, b: JsonValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, at) => sameJson(each, b[at] ?? null))
  }
  return a === b
}
