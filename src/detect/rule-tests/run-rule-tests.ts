import { isSequenceBlock } from '#alert'
import { manualClock, silentLogger, type JsonObject, type JsonValue } from '#base'
import { valuesOf, type FieldCatalogue } from '#event'
import type { ExpectedAlert, InstalledRule, Rule, RuleTest } from '#rule'
import { memoryStore } from '#store'
import { createEngine } from '../engine.ts'
import { builtInUuid } from '../rules.ts'

/** What became of one test of a rule. */
export interface RuleTestOutcome {
  readonly test: RuleTest
  /** What is not as it should be, in sentences; none: the test passed. */
  readonly problems: readonly string[]
  /** Expected alerts that no alert of the execution says, in the order of the test. */
  readonly missing: readonly ExpectedAlert[]
  /** Alerts, whole, a sequence's with its events, that the execution made and no expected one stands for. */
  readonly unexpected: readonly JsonObject[]
}

/** Runs tests of a rule, each through an engine of its own over an empty store, in their order. */
export async function runRuleTests(
  tests: readonly RuleTest[],
  rule: Rule,
  options: RuleTestOptions = {},
): Promise<readonly RuleTestOutcome[]> {
  const outcomes: RuleTestOutcome[] = []
  for (const test of tests) outcomes.push(await outcomeOf(test, rule, options))
  return outcomes
}

/** What tests of a rule run with. */
export interface RuleTestOptions {
  /** The fields that queries may name. Default: ECS and endpoint fields. */
  readonly fields?: FieldCatalogue
}

async function outcomeOf(
  test: RuleTest,
  rule: Rule,
  options: RuleTestOptions,
): Promise<RuleTestOutcome> {
  const clock = manualClock(test.nowMs)
  const store = memoryStore({ clock })
  const engine = createEngine({ store, clock, logger: silentLogger, ...options })
  const appended = await store.events.append([...test.history, ...test.events])
  const refused = appended.flatMap((each) => (each.status === 'refused' ? [each.reason] : []))
  const execution = await engine.executeOnce(installed(rule, test.nowMs), {
    startedAtMs: test.nowMs,
  })
  const { items } = await engine.alerts.list({ parts: 'all', limit: 10_000 })
  await store.close()
  const { missing, unexpected } = unpaired(test.alerts, withEvents(items.map(({ body }) => body)))
  const fields = [...new Set(test.alerts.flatMap((wanted) => Object.keys(wanted)))]
  const problems = [
    ...refused.map((reason) => `an event was refused: ${reason}`),
    ...execution.errors.map(({ message }) => `the execution failed: ${message}`),
    ...missing.map((wanted) => `no alert says ${JSON.stringify(wanted)}`),
    ...unexpected.map(
      (alert) => `an alert was not expected: ${JSON.stringify(told(alert, fields))}`,
    ),
  ]
  return { test, problems, missing, unexpected }
}

/** Alerts that stand for sequences have their building blocks below `_events`, which are not told by themselves. */
function withEvents(alerts: readonly JsonObject[]): readonly JsonObject[] {
  const blocks = Map.groupBy(alerts.filter(isSequenceBlock), (block) => groupOf(block))
  return alerts
    .filter((alert) => !isSequenceBlock(alert))
    .map((alert) => {
      const own = blocks.get(groupOf(alert)) ?? []
      if (own.length === 0) return alert
      const events = own.map((block) => [String(block['kibana.alert.group.index']), block])
      return { ...alert, _events: { length: own.length, ...Object.fromEntries(events) } }
    })
}

function groupOf(alert: JsonObject): JsonValue {
  return alert['kibana.alert.group.id'] ?? null
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

/**
 * Pairs as many expected alerts with found ones as can be paired, and gives what is left over on either
 * side. An expected alert that found its place taken asks the one who took it to move on.
 */
function unpaired(
  expected: readonly ExpectedAlert[],
  found: readonly JsonObject[],
): Pick<RuleTestOutcome, 'missing' | 'unexpected'> {
  const takenBy = new Map<JsonObject, ExpectedAlert>()
  const place = (wanted: ExpectedAlert, asked: Set<JsonObject>): boolean =>
    found.some((alert) => {
      if (asked.has(alert) || !says(alert, wanted)) return false
      asked.add(alert)
      const holder = takenBy.get(alert)
      if (holder !== undefined && !place(holder, asked)) return false
      takenBy.set(alert, wanted)
      return true
    })
  const missing = expected.filter((wanted) => !place(wanted, new Set()))
  return { missing, unexpected: found.filter((alert) => !takenBy.has(alert)) }
}

function says(alert: JsonObject, wanted: ExpectedAlert): boolean {
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
