import { readFile } from 'node:fs/promises'
import { messageOf, type Diagnostic } from '#base'
import {
  checkRule,
  parseRuleTests,
  readRules,
  type Rule,
  type RuleFileReading,
  type RuleTest,
} from '#rule'
import { installedFields } from '../installed-fields.ts'
import type { SuiteFiles } from './find-suites.ts'

/** Something wrong or doubtful in a file, and the text that its span counts in. */
export interface FileProblem {
  readonly diagnostic: Diagnostic
  readonly text: string
}

/** A rule and its tests, read. */
export interface Suite {
  readonly rulePath: string | undefined
  readonly testsPath: string | undefined
  /** Undefined where it cannot be used; the problems say why. */
  readonly rule: Rule | undefined
  readonly tests: readonly RuleTest[]
  /** Errors of both files, and warnings of the tests. */
  readonly problems: readonly FileProblem[]
}

/** Suites, and the files that could not be read at all. */
export interface LoadedSuites {
  readonly suites: readonly Suite[]
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
}

/** Reads rules and their tests. Files that hold no rule and have no tests are left out. */
export async function loadSuites(
  files: readonly SuiteFiles[],
  { nowMs }: { readonly nowMs: number },
): Promise<LoadedSuites> {
  const suites: Suite[] = []
  const unreadable: { readonly path: string; readonly reason: string }[] = []
  const bytesAt = async (path: string): Promise<Buffer | undefined> => {
    try {
      return await readFile(path)
    } catch (thrown) {
      unreadable.push({ path, reason: messageOf(thrown) })
      return undefined
    }
  }
  for (const { rulePath, testsPath } of files) {
    const ruleBytes = rulePath === undefined ? undefined : await bytesAt(rulePath)
    const testBytes = testsPath === undefined ? undefined : await bytesAt(testsPath)
    if (rulePath !== undefined && ruleBytes === undefined) continue
    if (testsPath !== undefined && testBytes === undefined) continue
    const half = ruleOf({ rulePath, ruleBytes, testsPath, testBytes, nowMs })
    if (half === undefined) continue
    suites.push({ rulePath, testsPath, ...half, ...testsOf(half, testsPath, testBytes) })
  }
  return { suites, unreadable }
}

type RuleHalf = Pick<Suite, 'rule' | 'problems'>

function ruleOf({
  rulePath,
  ruleBytes,
  testsPath,
  testBytes,
  nowMs,
}: {
  readonly rulePath: string | undefined
  readonly ruleBytes: Buffer | undefined
  readonly testsPath: string | undefined
  readonly testBytes: Buffer | undefined
  readonly nowMs: number
}): RuleHalf | undefined {
  if (rulePath === undefined || ruleBytes === undefined) {
    const help = 'tests.yaml lies beside rule.toml, x.test.yaml beside x.toml'
    const said = plain('rule-test.no-rule', 'there is no rule beside these tests', testsPath, help)
    return { rule: undefined, problems: [{ diagnostic: said, text: textOf(testBytes) }] }
  }
  const reading = readRules(ruleBytes, { path: rulePath })
  // Other tools keep their settings in files of the same formats.
  if (testsPath === undefined && !saysRule(reading, rulePath)) return undefined
  const [rule, another] = reading.rules
  const [locate] = reading.locators
  const checked =
    rule === undefined || locate === undefined
      ? []
      : checkRule(rule, { nowMs, fields: installedFields(), locate })
  const errors: Diagnostic[] = [...reading.diagnostics, ...checked].filter(isError)
  if (another !== undefined && testsPath !== undefined) {
    const message = `the file holds ${reading.rules.length} rules; tests speak of one`
    errors.push(plain('rule-test.several-rules', message, rulePath, 'give each rule its own file'))
  }
  return {
    rule: errors.length > 0 ? undefined : rule,
    problems: errors.map((diagnostic) => ({ diagnostic, text: textOf(ruleBytes) })),
  }
}

function saysRule({ rules, diagnostics }: RuleFileReading, path: string): boolean {
  if (rules.length > 0) return true
  return path.endsWith('.toml') && diagnostics.every(({ code }) => code !== 'rule.no-rule-table')
}

function testsOf(
  { problems }: RuleHalf,
  testsPath: string | undefined,
  testBytes: Buffer | undefined,
): Pick<Suite, 'tests' | 'problems'> {
  if (testsPath === undefined) return { tests: [], problems }
  const text = textOf(testBytes)
  const { tests, diagnostics } = parseRuleTests(text, { path: testsPath })
  const said = diagnostics.map((diagnostic) => ({ diagnostic, text }))
  return { tests, problems: [...problems, ...said] }
}

/** Whether a diagnostic keeps what it speaks of from being used. */
export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function textOf(bytes: Buffer | undefined): string {
  return bytes?.toString('utf8') ?? ''
}

function plain(code: string, message: string, origin = '', help: string): Diagnostic {
  return { code, severity: 'error', message, span: { start: 0, end: 0 }, origin, help }
}
