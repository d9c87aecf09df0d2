import { readFile } from 'node:fs/promises'
import { readRules } from '#rule'
import { findSuites } from '../rule-testing/find-suites.ts'

/**
 * Finds the tests that lie beside the files of rules, by `rule_id`, below some directories. They are looked for when somebody
 * asks first; a file that cannot be read is as good as none.
 */
export function testsBeside(
  directories: readonly string[],
): (ruleId: string) => Promise<string | undefined> {
  let paths: Promise<ReadonlyMap<string, string>> | undefined
  return async (ruleId) => {
    paths ??= pathsById(directories)
    const path = (await paths).get(ruleId)
    return path === undefined ? undefined : textAt(path)
  }
}

async function pathsById(directories: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { rulePath, testsPath } of await findSuites(directories)) {
    if (rulePath === undefined || testsPath === undefined) continue
    const bytes = await readFile(rulePath).catch(() => undefined)
    if (bytes === undefined) continue
    for (const { ruleId } of readRules(bytes, { path: rulePath }).rules)
      found.set(ruleId, testsPath)
  }
  return found
}

async function textAt(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
