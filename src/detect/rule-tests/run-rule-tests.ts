import { manualClock, silentLogger, type JsonObject, type JsonValue } from '#base'
import { valuesOf } from '#event'
import type { InstalledRule, Rule, RuleTest } from '#rule'
import { memoryStore } from '#store'
import { createEngine } from '../engine.ts'
import { builtInUuid } from '../rules.ts'

/** What became of one test of a rule. */
export interface RuleTestOutcome {
  readonly test: RuleTest
  /** What is not as it should be, in sentences; none: the test passed. */
  readonly problems: readonly string[]
}

/** Runs tests of a rule, each through an engine of its own over an empty store, in their order. */
export async function runRuleTests(
  tests: readonly RuleTest[],
  rule: Rule,
): Promise<readonly RuleTestOutcome[]> {
  const outcomes: RuleTestOutcome[] = []
  for (const test of tests) outcomes.push({ test, problems: await problemsOf(test, rule) })
  return outcomes
}

async function problemsOf(test: RuleTest, rule: Rule): Promise<readonly string[]> {
  const clock = manualClock(test.nowMs)
  const store = memoryStore({ clock })
  const engine = createEngine({ store, clock, logger: silentLogger })
  const appended = await store.events.append([...test.history, ...test.events])
  const refused = appended.flatMap((each) => (each.status === 'refused' ? [each.reason] : []))
  const execution = await engine.executeOnce(installed(rule, test.nowMs), {
    startedAtMs: test.nowMs,
  })
  const { items } = await engine.alerts.list({ limit: 10_000 })
  await store.close()
  return [
    ...refused.map((reason) => `an event was refused: ${reason}`),
    ...execution.errors.map(({ message }) => `the execution failed: ${message}`),
    ...differences(
      test,
      items.map(({ body }) => body),
    ),
  ]
}

function installed(rule: Rule, nowMs: number): InstalledRule {
  const at = new Date(nowMs).toISOString()
  return {
    uuid: builtInUuid(rule.ruleId),
    rule,
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'rule test',
    updatedAt: at,
    updatedBy: 'rule test',
  }
}

/** Pairs expected alerts with found ones; tells those that are left over on either side. */
function differences(
  { alerts: expected }: RuleTest,
  found: readonly JsonObject[],
): readonly string[] {
  const left = [...found]
  const missing = expected.filter((wanted) => {
    const at = left.findIndex((alert) => says(alert, wanted))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  const fields = [...new Set(expected.flatMap((wanted) => Object.keys(wanted)))]
  return [
    ...missing.map((wanted) => `no alert says ${JSON.stringify(wanted)}`),
    ...left.map((alert) => `an alert was not expected: ${JSON.stringify(told(alert, fields))}`),
  ]
}

function says(alert: JsonObject, wanted: RuleTest['alerts'][number]): boolean {
  return Object.entries(wanted).every(
    ([field, values]) => sorted(valuesOf(alert, field)) === sorted(values),
  )
}

function sorted(values: readonly JsonValue[]): string {
  return JSON.stringify(values.map((value) => JSON.stringify(value)).toSorted())
}

/** An alert as a reader of a failed test needs it: its reason, and the fields that the test speaks of. */
function told(alert: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(
    ['kibana.alert.reason', ...fields].map((field) => [field, [...valuesOf(alert, field)]]),
  )
}
