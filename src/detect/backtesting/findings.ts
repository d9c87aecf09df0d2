import type { Alert } from '#alert'
import { parseDate, visibleText, type JsonObject } from '#base'
import { valuesOf } from '#event'
import type { ExecutionRecord } from '../execution/execution-record.ts'

/** One alert, as an example. */
export interface Example {
  /** ISO 8601. */
  readonly at: string
  readonly severity: string
  readonly reason: string
  readonly host: string
  readonly newTerms: string
}

/** Something that executions said, and how many of them. */
export interface Said {
  readonly kind: string
  readonly message: string
  readonly executions: number
}

/** What one rule would have told. */
export interface Findings {
  readonly alerts: number
  /** Alerts folded into others. */
  readonly suppressed: number
  /** Alerts a day, `2026-03-02`, UTC, by the time of their event; days without any are not here. */
  readonly byDay: ReadonlyMap<string, number>
  readonly first: string | undefined
  readonly last: string | undefined
  /** The most frequent, with their counts. */
  readonly newTerms: readonly Counted[]
  readonly hosts: readonly Counted[]
  readonly users: readonly Counted[]
  readonly examples: readonly Example[]
  /** Executions that had something to read. */
  readonly executions: number
  readonly failed: number
  readonly warnings: readonly Said[]
  readonly errors: readonly Said[]
}

/** A value and how often it was there. */
export interface Counted {
  readonly value: string
  readonly alerts: number
}

/** What gathers {@link Findings} while a rule is executed. */
export interface FindingsBook {
  addAlerts(alerts: readonly Alert[]): void
  addExecution(record: ExecutionRecord): void
  findings(): Findings
}

const maxExamples = 5
const maxTop = 5

/** Different values that are counted; what comes new beyond is not told apart. */
const maxValues = 20_000

/** An empty {@link FindingsBook}. */
export function findingsBook(): FindingsBook {
  const byDay = new Map<string, number>()
  const [newTerms, hosts, users] = [counter(), counter(), counter()]
  const [warnings, errors] = [new Map<string, Said>(), new Map<string, Said>()]
  const examples: Example[] = []
  let [alerts, suppressed, executions, failed] = [0, 0, 0, 0]
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY

  const addAlert = (body: JsonObject): void => {
    alerts++
    const at = textAt(body, 'kibana.alert.original_time') || textAt(body, '@timestamp')
    const atMs = parseDate(at)
    if (atMs !== undefined) {
      firstMs = Math.min(firstMs, atMs)
      lastMs = Math.max(lastMs, atMs)
      const day = new Date(atMs).toISOString().slice(0, 10)
      byDay.set(day, (byDay.get(day) ?? 0) + 1)
    }
    newTerms.add(textAt(body, 'kibana.alert.new_terms'))
    hosts.add(textAt(body, 'host.name'))
    users.add(textAt(body, 'user.name'))
    if (examples.length < maxExamples) examples.push(exampleOf(body, at))
  }

  return {
    addAlerts: (found) => {
      for (const { body } of found) addAlert(body)
    },
    addExecution(record) {
      executions++
      suppressed += record.suppressed
      if (record.status === 'failed') failed++
      for (const { kind, message } of record.warnings) note(warnings, kind, message)
      for (const { kind, message } of record.errors) note(errors, kind, message)
    },
    findings: () => ({
      alerts,
      suppressed,
      byDay,
      first: alerts === 0 || firstMs > lastMs ? undefined : new Date(firstMs).toISOString(),
      last: alerts === 0 || firstMs > lastMs ? undefined : new Date(lastMs).toISOString(),
      newTerms: newTerms.top(),
      hosts: hosts.top(),
      users: users.top(),
      examples,
      executions,
      failed,
      warnings: [...warnings.values()],
      errors: [...errors.values()],
    }),
  }
}

function exampleOf(body: JsonObject, at: string): Example {
  return {
    at,
    severity: textAt(body, 'kibana.alert.severity'),
    reason: textAt(body, 'kibana.alert.reason'),
    host: textAt(body, 'host.name'),
    newTerms: textAt(body, 'kibana.alert.new_terms'),
  }
}

function textAt(body: JsonObject, field: string): string {
  return valuesOf(body, field)
    .map((value) => visibleText(String(value)))
    .join(', ')
}

/** Of each kind the first message is kept: later ones differ in times and numbers. */
function note(said: Map<string, Said>, kind: string, message: string): void {
  const before = said.get(kind)
  said.set(kind, {
    kind,
    message: before?.message ?? message,
    executions: (before?.executions ?? 0) + 1,
  })
}

function counter(): { add(value: string): void; top(): readonly Counted[] } {
  const counts = new Map<string, number>()
  return {
    add(value) {
      if (value === '') return
      const before = counts.get(value)
      if (before === undefined && counts.size >= maxValues) return
      counts.set(value, (before ?? 0) + 1)
    },
    top: () =>
      [...counts]
        .map(([value, alerts]) => ({ value, alerts }))
        .toSorted((a, b) => b.alerts - a.alerts || (a.value < b.value ? -1 : 1))
        .slice(0, maxTop),
  }
}
