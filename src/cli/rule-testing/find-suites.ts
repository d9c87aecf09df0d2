import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '#base'
import { ruleFormats } from '#rule'

/** A file of tests and the rule file that it speaks of; one of them may not be there. */
export interface SuiteFiles {
  readonly rulePath: string | undefined
  /** Undefined: the rule has no tests. */
  readonly testsPath: string | undefined
}

const testsName = /^(?:(?<rule>.+)\.)?tests?\.ya?ml$/i
const extensions = ruleFormats.flatMap((format) => format.extensions)

/** Whether a file may be one that tests of rules are made of. */
export function isSuiteFile(name: string): boolean {
  return testsName.test(basename(name)) || isRuleFile(name)
}

function isRuleFile(name: string): boolean {
  return extensions.some((end) => name.endsWith(end))
}

/**
 * The rules and tests at some paths, in order of name. Beside `x.toml` its tests are `x.test.yaml`; beside
 * `rule.toml`, or the only rule file of a folder, they are also `tests.yaml`. A path may be a folder, which is
 * searched without hidden folders and `node_modules`, or either file of a pair. Faults: `not-found`.
 */
export async function findSuites(paths: readonly string[]): Promise<readonly SuiteFiles[]> {
  const found = new Map<string, SuiteFiles>()
  for (const path of paths) {
    const facts = await stat(path).catch((cause: unknown) => {
      throw new Fault('not-found', 'cli.no-such-path', `there is nothing at ${path}`, { cause })
    })
    const suites = facts.isDirectory() ? await suitesBelow(path) : await suiteOfFile(path)
    for (const suite of suites) found.set(`${suite.rulePath}\n${suite.testsPath}`, suite)
  }
  return [...found.values()]
}

async function suiteOfFile(path: string): Promise<readonly SuiteFiles[]> {
  const folder = dirname(path)
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  const mine = suitesOf(folder, names).filter(({ rulePath, testsPath }) =>
    [rulePath, testsPath].some((own) => own === join(folder, basename(path))),
  )
  return mine.length > 0 ? mine : [{ rulePath: path, testsPath: undefined }]
}

async function suitesBelow(folder: string): Promise<readonly SuiteFiles[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const own = suitesOf(
    folder,
    entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name),
  )
  const below: SuiteFiles[] = []
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  for (const name of folders.toSorted()) {
    if (name.startsWith('.') || name === 'node_modules') continue
    below.push(...(await suitesBelow(join(folder, name))))
  }
  return [...own, ...below]
}

function suitesOf(folder: string, names: readonly string[]): readonly SuiteFiles[] {
  const at = (name: string | undefined) => (name === undefined ? undefined : join(folder, name))
  const ruleNames = names.filter(isRuleFile).toSorted()
  const tests = names.filter((name) => testsName.test(name)).toSorted()
  const pairs = tests.map((name) => ({ name, rule: ruleOf(name, ruleNames, tests) }))
  const tested = new Set(pairs.map(({ rule }) => rule))
  return [
    ...pairs.map(({ name, rule }) => ({ rulePath: at(rule), testsPath: at(name) })),
    ...ruleNames
      .filter((name) => !tested.has(name))
      .map((name) => ({ rulePath: at(name), testsPath: undefined })),
  ]
}

function ruleOf(
  testsFile: string,
  ruleNames: readonly string[],
  tests: readonly string[],
): string | undefined {
  const stemOf = (name: string) => testsName.exec(name)?.groups?.['rule']
  const stem = stemOf(testsFile)
  const named = (wanted: string) =>
    extensions.map((end) => `${wanted}${end}`).find((name) => ruleNames.includes(name))
  if (stem !== undefined) return named(stem)
  const claimed = tests.flatMap((name) => named(stemOf(name) ?? '') ?? [])
  const free = ruleNames.filter((name) => !claimed.includes(name))
  return named('rule') ?? (free.length === 1 ? free[0] : undefined)
}
