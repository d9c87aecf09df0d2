import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  parseRuleTests,
  readRules,
  type FileDiagnostic,
  type Rule,
  type RuleLocator,
  type RuleTest,
} from '#rule'

/** One folder of `rules/`. */
export interface PackedRule {
  readonly folder: string
  /** As it stands in `rule.toml`; undefined where that cannot be used. */
  readonly rule: Rule | undefined
  readonly locate: RuleLocator | undefined
  readonly tests: readonly RuleTest[]
  /** Everything that is wrong with either file. */
  readonly diagnostics: readonly FileDiagnostic[]
}

const root = fileURLToPath(new URL('../../rules/', import.meta.url))

/** Every rule that comes with the product, in the order of the folders' names. */
export function starterPack(): readonly PackedRule[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => packedRule(name))
    .toSorted((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** The rule in one folder of `rules/`. */
export function packedRule(folder: string): PackedRule {
  const path = `rules/${folder}/rule.toml`
  const { rules, locators, diagnostics } = readRules(readFileSync(`${root}${folder}/rule.toml`), {
    path,
  })
  const tests = parseRuleTests(readFileSync(`${root}${folder}/tests.yaml`, 'utf8'), {
    path: `rules/${folder}/tests.yaml`,
  })
  return {
    folder,
    rule: rules[0],
    locate: locators[0],
    tests: tests.tests,
    diagnostics: [...diagnostics, ...tests.diagnostics],
  }
}
