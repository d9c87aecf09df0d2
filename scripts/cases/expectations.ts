import type { JsonObject, JsonValue } from '#base'
import type { ExecutionRecord } from '#detect'
import { holds, missingFields, multiset, sortedBy, valueAt } from './alert-view.ts'
import { elementsOf, objectOf, objectsOf, textsOf } from './json.ts'
import type { Difference } from './outcome.ts'

/** What a case, or a step of it, came to. */
export interface CaseFindings {
  /** In the order in which they were made. */
  readonly alerts: readonly JsonObject[]
  readonly executions: readonly ExecutionRecord[]
}

/** Everything that an `expect` asks for and the findings do not show. A key that is not known is one such thing. */
export function differencesFrom(expect: JsonObject, findings: CaseFindings): readonly Difference[] {
  return Object.entries(expect).flatMap(([key, expected]) => {
    const check = checks[key]
    if (check !== undefined) return check(expected, findings, expect)
    return [{ what: `expect.${key}`, expected, found: 'this runner does not know the key' }]
  })
}

type Check = (
  expected: JsonValue,
  findings: CaseFindings,
  expect: JsonObject,
) => readonly Difference[]

const checks: { readonly [key: string]: Check } = {
  alert_count: (expected, { alerts }) => equal('alert_count', expected, alerts.length),
  sort: () => [],
  new_terms: (expected, findings) =>
    sameValues('new_terms', elementsOf(expected), newTermsOf(findings)),
  contains_new_terms(expected, findings) {
    const found = new Set(multiset(newTermsOf(findings)))
    const missing = elementsOf(expected).filter((each) => !found.has(multiset([each])[0] ?? ''))
    return missing.length === 0
      ? []
      : [{ what: 'contains_new_terms', expected: missing, found: newTermsOf(findings) }]
  },
  alerts: (expected, findings, { sort }) =>
    objectsOf(expected).flatMap((wanted, i) => alertAt(wanted, i, findings, textsOf(sort))),
  contains_alerts: (expected, { alerts }) =>
    objectsOf(expected).flatMap((wanted, i) => {
      const has = alerts.some((alert) => differsFrom(alert, wanted).length === 0)
      return has
        ? []
        : [{ what: `contains_alerts[${i}]`, expected: wanted, found: nearest(alerts, wanted) }]
    }),
  every_alert: (expected, { alerts }) =>
    alerts.flatMap((alert, i) =>
      fieldDifferences(`every_alert, alert ${i}`, alert, objectOf(expected)),
    ),
  warnings_include: (expected, { executions }) => {
    const found = warningsOf(executions)
    return textsOf(expected).every((kind) => found.includes(kind))
      ? []
      : [{ what: 'warnings_include', expected, found }]
  },
  warnings_exclude: (expected, { executions }) => {
    const found = warningsOf(executions)
    return textsOf(expected).some((kind) => found.includes(kind))
      ? [{ what: 'warnings_exclude', expected, found }]
      : []
  },
  errors: (expected, { executions }) => {
    const found = executions.flatMap(({ errors }) => errors)
    const wanted = textsOf(expected)
    const isMet =
      wanted.length === 0
        ? found.length === 0
        : wanted.every((text) => found.some((e) => e.kind === text || e.message.includes(text)))
    return isMet ? [] : [{ what: 'errors', expected, found: found.map(({ message }) => message) }]
  },
  status: (expected, { executions }) =>
    equal('status', expected, executions.at(-1)?.status ?? null),
  runs: (expected, { executions }) =>
    objectsOf(expected).flatMap((wanted, i) => runDifferences(wanted, i, executions[i])),
  source_values: (expected, { alerts }) =>
    Object.entries(objectOf(expected)).flatMap(([field, values]) =>
      sameValues(`source_values.${field}`, elementsOf(values), valuesOf(alerts, field)),
    ),
  source_values_ordered: (expected, { alerts }) =>
    Object.entries(objectOf(expected)).flatMap(([field, values]) =>
      equal(`source_values_ordered.${field}`, values, valuesOf(alerts, field)),
    ),
  alerts_without_suppression_fields: (expected, { alerts }) =>
    equal(
      'alerts_without_suppression_fields',
      expected,
      alerts.filter((alert) => valueAt(alert, 'kibana.alert.suppression.terms') === undefined)
        .length,
    ),
  building_blocks: (expected, { alerts }) =>
    equal('building_blocks', expected, alerts.filter(isBuildingBlock).length),
  shell_count: (expected, { alerts }) =>
    equal('shell_count', expected, alerts.filter(isShell).length),
  shell: (expected, { alerts }) => {
    const shell = alerts.find((alert) => !isBuildingBlock(alert))
    return shell === undefined
      ? [{ what: 'shell', expected, found: null }]
      : fieldDifferences('shell', shell, objectOf(expected))
  },
  logged_requests: (expected, { executions }) => {
    const { count, types_prefix: prefix } = objectOf(expected)
    const found = executions.flatMap(({ searches }) => searches)
    const wanted = textsOf(prefix)
    const isMet =
      (count === undefined || count === found.length) &&
      wanted.every((type, i) => found[i] === type)
    return isMet ? [] : [{ what: 'logged_requests', expected, found }]
  },
}

function equal(what: string, expected: JsonValue, found: JsonValue): readonly Difference[] {
  return multiset([expected])[0] === multiset([found])[0] ? [] : [{ what, expected, found }]
}

function sameValues(
  what: string,
  expected: readonly JsonValue[],
  found: readonly JsonValue[],
): readonly Difference[] {
  const isSame = multiset(expected).join('\n') === multiset(found).join('\n')
  return isSame ? [] : [{ what, expected, found }]
}

function newTermsOf({ alerts }: CaseFindings): readonly JsonValue[] {
  return valuesOf(alerts, 'kibana.alert.new_terms')
}

function valuesOf(alerts: readonly JsonObject[], field: string): readonly JsonValue[] {
  return alerts.map((alert) => valueAt(alert, field) ?? null)
}

function warningsOf(executions: readonly ExecutionRecord[]): readonly string[] {
  return executions.flatMap(({ warnings }) => warnings.map(({ kind }) => kind))
}

function alertAt(
  wanted: JsonObject,
  position: number,
  { alerts }: CaseFindings,
  sort: readonly string[],
): readonly Difference[] {
  const match = wanted['match']
  const alert =
    match === undefined
      ? sortedBy(alerts, sort)[position]
      : alerts.find((each) => Object.keys(missingFields(each, objectOf(match))).length === 0)
  const what = `alerts[${position}]`
  if (alert === undefined) return [{ what, expected: wanted, found: 'no such alert' }]
  return differsFrom(alert, wanted).map((each) => ({ ...each, what: `${what}.${each.what}` }))
}

/** What a described alert (`fields`, `fields_absent`) has that this one lacks. */
function differsFrom(alert: JsonObject, wanted: JsonObject): readonly Difference[] {
  const present = textsOf(wanted['fields_absent']).filter(
    (name) => valueAt(alert, name) !== undefined,
  )
  return [
    ...fieldDifferences('fields', alert, objectOf(wanted['fields'])),
    ...present.map((name) => ({
      what: 'fields_absent',
      expected: `no ${name}`,
      found: valueAt(alert, name) ?? null,
    })),
  ]
}

function fieldDifferences(
  what: string,
  alert: JsonObject,
  fields: JsonObject,
): readonly Difference[] {
  return Object.entries(fields).flatMap(([name, expected]) => {
    const found = valueAt(alert, name)
    return holds(found, expected)
      ? []
      : [{ what: `${what} ${name}`, expected, found: found ?? null }]
  })
}

/** The alert that lacks least, shown by the fields in question. */
function nearest(alerts: readonly JsonObject[], wanted: JsonObject): JsonValue {
  const fields = objectOf(wanted['fields'])
  const [best] = alerts.toSorted(
    (a, b) => differsFrom(a, wanted).length - differsFrom(b, wanted).length,
  )
  if (best === undefined) return 'no alert'
  return Object.fromEntries(Object.keys(fields).map((name) => [name, valueAt(best, name) ?? null]))
}

function runDifferences(
  wanted: JsonObject,
  position: number,
  run: ExecutionRecord | undefined,
): readonly Difference[] {
  const what = `runs[${position}]`
  if (run === undefined) return [{ what, expected: wanted, found: 'no such run' }]
  const { created, ...rest } = wanted
  return [
    ...(created === undefined ? [] : equal(`${what}.created`, created, run.created)),
    ...differencesFrom(rest, { alerts: [], executions: [run] }).map((each) => ({
      ...each,
      what: `${what}.${each.what}`,
    })),
  ]
}

function isBuildingBlock(alert: JsonObject): boolean {
  return valueAt(alert, 'kibana.alert.building_block_type') !== undefined
}

function isShell(alert: JsonObject): boolean {
  return valueAt(alert, 'kibana.alert.depth') === 2
}
