import type { JsonObject } from '#base'
import type { Column } from '../output.ts'
import type { SuiteOutcome } from './run-suites.ts'
import { failureLines } from './suite-text.ts'

/** One test, one rule that cannot be used, or one rule without tests, as machines read it. */
export interface TestRow {
  readonly status: 'passed' | 'failed' | 'invalid' | 'untested'
  readonly ruleId: string
  readonly rule: string
  readonly test: string
  readonly file: string
  readonly line: number
  readonly tookMs: number
  /** What is wrong, in sentences. */
  readonly problems: readonly string[]
  /** The same for programs. */
  readonly failures: readonly JsonObject[]
}

/** The rows of a suite, in the order of its file. */
export function rowsOf({ suite, invalid, outcomes }: SuiteOutcome): readonly TestRow[] {
  const common = {
    ruleId: suite.rule?.ruleId ?? '',
    rule: suite.rule?.name ?? '',
    file: suite.testsPath ?? suite.rulePath ?? '',
    failures: [],
  }
  const bare = { ...common, test: '', line: 0, tookMs: 0, problems: [] }
  const tests = outcomes.map(({ test, failures, tookMs }): TestRow => ({
    ...common,
    status: failures.length === 0 ? 'passed' : 'failed',
    test: test.name,
    line: test.line,
    tookMs,
    problems: failures.map((failure) => failureLines(failure).join('\n')),
    failures: failures.map((failure) => ({ ...failure })),
  }))
  if (invalid) {
    const problems = suite.problems.map(
      ({ diagnostic: { origin = '', code, message } }) => `${origin}: ${code}: ${message}`,
    )
    return [{ ...bare, status: 'invalid', problems }, ...tests]
  }
  return suite.testsPath === undefined ? [{ ...bare, status: 'untested' }] : tests
}

/** A row in JSON. */
export function rowJson(row: TestRow): JsonObject {
  const { status, ruleId, rule, test, file, line, tookMs, problems, failures } = row
  return {
    status,
    rule_id: ruleId,
    rule,
    test,
    file,
    line,
    duration_ms: tookMs,
    problems: [...problems],
    failures: [...failures],
  }
}

/** The columns of the same, for spreadsheets. */
export const testColumns: readonly Column<TestRow>[] = [
  { title: 'STATUS', value: ({ status }) => status, dispensable: 0 },
  { title: 'RULE', value: ({ rule }) => rule, dispensable: 0 },
  { title: 'TEST', value: ({ test }) => test, dispensable: 0 },
  { title: 'FILE', value: ({ file, line }) => `${file}:${line}`, dispensable: 1 },
  { title: 'PROBLEM', value: ({ problems }) => problems.join('; '), dispensable: 2 },
]
