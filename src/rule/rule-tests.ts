import { maxDiagnostics, parseDate, parseDateMath, type JsonObject, type JsonValue } from '#base'
import { indexNameProblem, type EventDocument } from '#event'
import { readYaml } from './formats/yaml-text.ts'
import {
  placed,
  type FileDiagnostic,
  type MemberPath,
  type RuleLocator,
  type WireProblem,
} from './wire/member-path.ts'
import { extrasOf } from './wire/unknown-members.ts'
import { shown, wireReader, type Report, type WireReader } from './wire/wire-reader.ts'

/** One test of a rule: what was there, when the rule ran, what it must have told. */
export interface RuleTest {
  /** A sentence that is true or false. */
  readonly name: string
  /** When the one execution starts, epoch milliseconds. */
  readonly nowMs: number
  /** Events that lie before what the test is about, then those that it is about. */
  readonly history: readonly EventDocument[]
  readonly events: readonly EventDocument[]
  /** The alerts that the execution must make, all of them, in any order; none: the rule stays silent. */
  readonly alerts: readonly ExpectedAlert[]
  /** Line of the test in its file, from 1. */
  readonly line: number
}

/**
 * What one alert must say: for each field its values, as a list, whatever their order. Of an alert on a sequence
 * `_events.0.process.name` is what its first event has, and `_events.length` how many there are.
 */
export type ExpectedAlert = { readonly [field: string]: readonly JsonValue[] }

/** The tests of a file, and everything that is wrong with it. */
export interface RuleTestsReading {
  /** Tests without errors, in the order of the file. */
  readonly tests: readonly RuleTest[]
  readonly diagnostics: readonly FileDiagnostic[]
}

/**
 * The tests that a text in the format of `rules/<rule>/tests.yaml` holds (docs/reference/rule-tests.md).
 * Never throws for what the text says; a test that cannot be used is told and left out.
 */
export function parseRuleTests(
  text: string,
  { path }: { readonly path: string },
): RuleTestsReading {
  const yaml = readYaml(text, { path })
  if (yaml.value === undefined) return { tests: [], diagnostics: yaml.diagnostics }
  const problems: WireProblem[] = []
  const tests = readFile(yaml.value, yaml.locate, (problem) => problems.push(problem))
  const diagnostics = problems.map((problem) => placed(problem, yaml.locate))
  const ordered = diagnostics.toSorted((a, b) => a.span.start - b.span.start)
  return { tests, diagnostics: ordered.slice(0, maxDiagnostics) }
}

/** What the tests of one file have in common. */
interface Common {
  readonly index: string | undefined
  readonly event: JsonObject
  readonly nowMs: number | undefined
}

function readFile(value: JsonObject, locate: RuleLocator, report: Report): readonly RuleTest[] {
  const reader = wireReader(value, [], report)
  reader.requires('tests')
  const common: Common = {
    index: reader.text('index', { filled: true }),
    event: reader.jsonObject('event') ?? {},
    nowMs: readTime(reader, 'now', undefined),
  }
  const written = reader.jsonObjects('tests') ?? []
  extrasOf(reader, ['index', 'event', 'now', 'tests'])
  return written.flatMap((test, i) => {
    const found: WireProblem[] = []
    const read = readTest(test, ['tests', i], common, (problem) => found.push(problem))
    for (const problem of found) report(problem)
    const { line } = locate.position(locate.valueSpan(['tests', i]).start)
    const isUsable = found.every(({ severity }) => severity !== 'error')
    return read === undefined || !isUsable ? [] : [{ ...read, line }]
  })
}

function readTest(
  test: JsonObject,
  path: MemberPath,
  common: Common,
  report: Report,
): Omit<RuleTest, 'line'> | undefined {
  const reader = wireReader(test, path, report)
  for (const key of ['name', 'events', 'alerts']) reader.requires(key)
  const name = reader.text('name', { filled: true }) ?? ''
  const nowMs = readTime(reader, 'now', undefined) ?? common.nowMs
  if (nowMs === undefined) reader.requires('now')
  const history = readEvents(reader, 'history', { ...common, nowMs }, report)
  const events = readEvents(reader, 'events', { ...common, nowMs }, report)
  const alerts = (reader.jsonObjects('alerts') ?? []).map((alert, i) =>
    readAlert(wireReader(alert, [...path, 'alerts', i], report)),
  )
  extrasOf(reader, ['name', 'now', 'history', 'events', 'alerts'])
  return nowMs === undefined ? undefined : { name, nowMs, history, events, alerts }
}

function readAlert(reader: WireReader): ExpectedAlert {
  const events = reader.jsonObjects('_events')
  const ofSequence = (events ?? []).flatMap((event, at) =>
    Object.entries(event).map(([field, value]) => [`_events.${at}.${field}`, value] as const),
  )
  const count = events === undefined ? [] : [['_events.length', events.length] as const]
  const said = [...Object.entries(reader.rest()), ...count, ...ofSequence]
  return Object.fromEntries(
    said.map(([field, value]) => [field, Array.isArray(value) ? value : [value]]),
  )
}

function readEvents(
  reader: WireReader,
  key: 'history' | 'events',
  common: Common,
  report: Report,
): readonly EventDocument[] {
  const written = reader.jsonObjects(key) ?? []
  return written.flatMap((own, i) => {
    const merged = { ...common.event, ...own }
    const event = wireReader(merged, [...reader.path, key, i], report)
    const index = readIndex(event, common.index)
    const id = event.text('_id', { filled: true }) ?? `${key}-${i + 1}`
    const atMs = readTime(event, 'at', common.nowMs)
    if (atMs === undefined && !event.has('@timestamp')) event.requires('at')
    if (index === undefined) return []
    const time = atMs === undefined ? {} : { '@timestamp': new Date(atMs).toISOString() }
    return [
      { index, id, source: { ...time, ...withoutNulls(event.rest()), ...timestampOf(merged) } },
    ]
  })
}

function readIndex(event: WireReader, common: string | undefined): string | undefined {
  const own = event.text('_index', { filled: true })
  const index = own ?? common
  if (index === undefined) {
    event.requires('_index')
    return undefined
  }
  const problem = indexNameProblem(index)
  if (problem === undefined) return index
  event.reportValue('_index', { code: 'rule.not-an-index', severity: 'error', message: problem })
  return undefined
}

/** A null takes a common member away from one event. */
function withoutNulls(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}

function timestampOf(members: JsonObject): JsonObject {
  const written = members['@timestamp']
  return typeof written === 'string' ? { '@timestamp': written } : {}
}

/** A date, or a span before `nowMs` such as `-90s`. */
function readTime(reader: WireReader, key: string, nowMs: number | undefined): number | undefined {
  const text = reader.text(key, { filled: true })
  if (text === undefined) return undefined
  const isSpan = /^[+-]\d+[smhdw]$/.test(text)
  const timeMs = isSpan
    ? nowMs === undefined
      ? undefined
      : parseDateMath(`now${text}`, { nowMs })
    : parseDate(text)
  if (timeMs === undefined && !(isSpan && key === 'at')) {
    reader.reportValue(key, {
      code: 'rule.not-a-time',
      severity: 'error',
      message: `${key} is ${shown(text)}; it must be ${key === 'at' ? 'a span before now such as -2m, or ' : ''}a date such as 2026-03-02T12:00:00Z`,
    })
  }
  return timeMs
}
