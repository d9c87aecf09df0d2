import { messageOf, type JsonObject, type JsonValue } from '#base'
import { runRuleTests, type RuleTestOutcome } from '#detect'
import { valuesOf } from '#event'
import type { ExpectedAlert, Rule, RuleTest } from '#rule'
import { installedFields } from '../installed-fields.ts'
import type { Terminal } from '../terminal.ts'
import { explainSilence } from './explain-silence.ts'
import { isError, type Suite } from './load-suites.ts'

/** One field in which the nearest alert is not what was expected. */
export type FieldDifference = {
  readonly field: string
  readonly expected: readonly JsonValue[]
  readonly found: readonly JsonValue[]
}

/** One way in which a test is not fulfilled. */
export type Failure =
  /** Neither expected nor found alerts are to blame: the execution or an event was refused. */
  | { readonly kind: 'broken'; readonly message: string }
  /** An alert is nearly the expected one. */
  | { readonly kind: 'differs'; readonly differences: readonly FieldDifference[] }
  | {
      readonly kind: 'missing'
      readonly expected: ExpectedAlert
      /** Why events made no alert, a line each. */
      readonly because: readonly string[]
    }
  | { readonly kind: 'unexpected'; readonly reason: string; readonly alert: JsonObject }

/** What became of one test. */
export interface TestOutcome {
  readonly test: RuleTest
  /** None: it passed. */
  readonly failures: readonly Failure[]
  readonly tookMs: number
}

/** What became of a rule's tests. */
export interface SuiteOutcome {
  readonly suite: Suite
  /** The rule or its tests cannot be used; what can be run of them was run. */
  readonly invalid: boolean
  readonly outcomes: readonly TestOutcome[]
}

/** When to stop before the end. */
export interface SuiteRun {
  readonly terminal: Pick<Terminal, 'clock' | 'signal'>
  /** Ends with the first test that fails or suite that is invalid. */
  readonly failFast: boolean
}

const listenEveryMs = 50

/** Runs suites one after the other and yields each with its outcomes; ends early when the signal aborts. */
export async function* runSuites(
  suites: readonly Suite[],
  { terminal, failFast }: SuiteRun,
): AsyncGenerator<SuiteOutcome> {
  let heardMs = terminal.clock.nowMs()
  for (const suite of suites) {
    const invalid = suite.problems.some(({ diagnostic }) => isError(diagnostic))
    const outcomes: TestOutcome[] = []
    const { rule } = suite
    for (const test of suite.tests) {
      if (rule === undefined || terminal.signal.aborted) break
      if (terminal.clock.nowMs() - heardMs >= listenEveryMs) {
        // Only a sleeping process hears Ctrl-C; to sleep between any two tests would double their time.
        await terminal.clock.sleep(0)
        heardMs = terminal.clock.nowMs()
      }
      const outcome = await outcomeOf(test, rule, terminal)
      outcomes.push(outcome)
      if (failFast && outcome.failures.length > 0) break
    }
    yield { suite, invalid, outcomes }
    const failed = invalid || outcomes.some(({ failures }) => failures.length > 0)
    if (terminal.signal.aborted || (failFast && failed)) return
  }
}

async function outcomeOf(
  test: RuleTest,
  rule: Rule,
  { clock }: SuiteRun['terminal'],
): Promise<TestOutcome> {
  const startMs = clock.nowMs()
  const failures = await failuresOf(test, rule)
  return { test, failures, tookMs: Math.max(0, clock.nowMs() - startMs) }
}

async function failuresOf(test: RuleTest, rule: Rule): Promise<readonly Failure[]> {
  try {
    const [outcome] = await runRuleTests([test], rule, { fields: installedFields() })
    return outcome === undefined ? [] : judged(outcome, rule)
  } catch (thrown) {
    return [{ kind: 'broken', message: messageOf(thrown) }]
  }
}

function judged(outcome: RuleTestOutcome, rule: Rule): readonly Failure[] {
  const { test, missing, unexpected, problems } = outcome
  const left = [...unexpected]
  const failures: Failure[] = problems
    .slice(0, problems.length - missing.length - unexpected.length)
    .map((message) => ({ kind: 'broken', message }))
  for (const expected of missing) {
    const [nearest, ...others] = left.toSorted(
      (a, b) => differencesOf(a, expected).length - differencesOf(b, expected).length,
    )
    if (nearest === undefined) {
      failures.push({ kind: 'missing', expected, because: explainSilence(rule, test) })
      continue
    }
    left.splice(0, left.length, ...others)
    failures.push({ kind: 'differs', differences: differencesOf(nearest, expected) })
  }
  return [...failures, ...left.map((alert) => unexpectedAlert(alert, test))]
}

function differencesOf(alert: JsonObject, expected: ExpectedAlert): readonly FieldDifference[] {
  return Object.entries(expected)
    .map(([field, values]) => ({ field, expected: values, found: valuesOf(alert, field) }))
    .filter(({ expected: wanted, found }) => sorted(wanted) !== sorted(found))
}

function sorted(values: readonly JsonValue[]): string {
  return JSON.stringify(values.map((value) => JSON.stringify(value)).toSorted())
}

function unexpectedAlert(alert: JsonObject, { alerts }: RuleTest): Failure {
  const named = new Set(['kibana.alert.new_terms', ...alerts.flatMap(Object.keys)])
  const told = [...named]
    .map((field) => [field, valuesOf(alert, field)] as const)
    .filter(([, values]) => values.length > 0)
  const [reason = ''] = valuesOf(alert, 'kibana.alert.reason')
  return { kind: 'unexpected', reason: String(reason), alert: Object.fromEntries(told) }
}
