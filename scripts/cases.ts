import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { isJsonObject, messageOf, visibleText, type JsonObject, type JsonValue } from '#base'
import { objectsOf, textOf } from './cases/json.ts'
import type { CaseResult } from './cases/outcome.ts'
import { runFile, type StoreChoice } from './cases/run-file.ts'
import { storeChoices } from './cases/stores.ts'

const help = `Runs files of cases: queries or rules, documents, and what must come of them.

  npm run cases -- FILE.json...  [--store memory|embedded|both|opensearch]  [--only TEXT]

Formats: KQL parse vectors, KQL evaluation vectors, EQL vectors (their documents lie beside them), spellings of
container clients' arguments (judged by the starter rule on privileged containers), rule cases (types that run in this version; others are skipped with the reason). Evaluation vectors, EQL queries and rule
cases run in each store asked for, memory and embedded by default. OpenSearch is started for it (Java 17 and Maven are
needed), or is the one that VEDETTE_OPENSEARCH names by its URL.
A case that expects a refusal of a kind which this runner has no words for is met by any refusal.
Prints every failure with what was expected and what was found. Exit code 1 if any case failed or a file
could not be run.

  --only TEXT   only cases whose id contains this`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

const counts = { passed: 0, failed: 0, skipped: 0 }
let unreadable = 0

async function main(): Promise<number> {
  if (values.help || positionals.length === 0) {
    console.log(help)
    return values.help ? 0 : 2
  }
  const wanted = values.store === 'both' ? ['memory', 'embedded'] : [values.store]
  const stores = storeChoices.filter(({ name }) => wanted.includes(name))
  if (stores.length === 0) {
    console.error(
      `--store ${values.store}: there are ${storeChoices.map(({ name }) => name).join(', ')} and both`,
    )
    return 2
  }
  try {
    for (const path of positionals) await runPath(path, stores)
  } finally {
    for (const store of stores) await store.end?.()
  }
  const { passed, failed, skipped } = counts
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed > 0 || unreadable > 0 ? 1 : 0
}

async function runPath(path: string, stores: readonly StoreChoice[]): Promise<void> {
  try {
    const file: JsonValue = JSON.parse(readFileSync(path, 'utf8'))
    const skips = new Map<string, number>()
    const readBeside = (name: string) => readFileSync(join(dirname(path), name), 'utf8')
    for await (const result of runFile(onlyWanted(file), stores, readBeside))
      report(path, result, skips)
    for (const [reason, count] of skips) console.log(`${path}: ${count} skipped: ${reason}`)
  } catch (thrown) {
    unreadable++
    console.error(`${path}: ${visibleText(messageOf(thrown))}`)
  }
}

/** The file with only the cases that were asked for. */
function onlyWanted(file: JsonValue): JsonValue {
  if (values.only === '' || !isJsonObject(file)) return file
  const isWanted = (each: JsonObject) => textOf(each['id']).includes(values.only)
  return { ...file, cases: objectsOf(file['cases']).filter(isWanted) }
}

function report(path: string, result: CaseResult, skips: Map<string, number>): void {
  counts[result.kind]++
  if (result.kind === 'skipped') skips.set(result.reason, (skips.get(result.reason) ?? 0) + 1)
  if (result.kind !== 'failed') return
  console.log(`FAILED ${path} ${result.id}`)
  for (const { what, expected, found } of result.differences) {
    console.log(`  ${visibleText(what)}`)
    console.log(`    expected ${shown(expected)}`)
    console.log(`    found    ${shown(found)}`)
  }
}

function shown(value: JsonValue): string {
  const text = visibleText(JSON.stringify(value) ?? 'nothing')
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text
}

process.exitCode = await main()
