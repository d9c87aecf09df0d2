import type { JsonObject } from '#base'
import type { BacktestStretch, Counted, Example, Findings } from '#detect'
import type { Rule } from '#rule'
import { tableText } from '../output.ts'
import { shown, type Terminal } from '../terminal.ts'

/** What is told of one rule. */
export interface RuleReport {
  readonly rule: Rule
  readonly findings: Findings
  /** Events in indices that the rule reads, and those of them that pass its query. */
  readonly read: number
  readonly matched: number
  readonly stretch: BacktestStretch
  /** Where the replay ended early, epoch milliseconds. */
  readonly interruptedMs: number | undefined
  /** What the reader must know to judge the numbers, in sentences. */
  readonly notes: readonly string[]
}

const dayMs = 86_400_000

/** A report in JSON. */
export function reportJson(report: RuleReport): JsonObject {
  const { rule, findings, read, matched, stretch, interruptedMs, notes } = report
  const { suppressed, first = null, last = null, examples, executions, failed } = findings
  return {
    v: 1,
    rule_id: rule.ruleId,
    rule: rule.name,
    from: iso(stretch.fromMs),
    to: iso(stretch.toMs),
    interrupted_at: interruptedMs === undefined ? null : iso(interruptedMs),
    events_read: read,
    events_matched: matched,
    executions,
    executions_failed: failed,
    alerts: findings.alerts,
    suppressed,
    alerts_per_day: perDay(report) ?? null,
    first,
    last,
    days: daysOf(report).map(([day, alerts]) => ({ day, alerts })),
    top_new_terms: findings.newTerms.map(countedJson),
    top_hosts: findings.hosts.map(countedJson),
    top_users: findings.users.map(countedJson),
    examples: examples.map(({ at, severity, reason, host, newTerms }) => ({
      at,
      severity,
      reason,
      host,
      new_terms: newTerms,
    })),
    warnings: findings.warnings.map((said) => ({ ...said })),
    errors: findings.errors.map((said) => ({ ...said })),
    notes: [...notes],
  }
}

function countedJson({ value, alerts }: Counted): JsonObject {
  return { value, alerts }
}

/** A report for people. */
export function reportText(
  report: RuleReport,
  terminal: Pick<Terminal, 'columns' | 'tint'>,
): string {
  const { rule, findings, read, matched } = report
  const facts = `${rule.params.type}, every ${rule.interval}, reads ${rule.from} to ${rule.to}`
  const lines = [
    `${terminal.tint('strong', shown(rule.name))}  ${terminal.tint('faint', shown(facts))}`,
    `  ${count(findings.alerts, 'alert')} ${spanText(report)}`,
    `  ${count(matched, 'event')} of ${read.toLocaleString('en')} pass the query; ${count(findings.executions, 'execution')} had something to read`,
    ...(findings.suppressed > 0
      ? [`  ${count(findings.suppressed, 'alert')} more suppressed into others`]
      : []),
    ...said(findings, terminal),
    ...report.notes.map((note) => `  ${terminal.tint('warning', 'note')}: ${shown(note)}`),
  ]
  if (findings.alerts === 0) return `${lines.join('\n')}\n`
  return [
    `${lines.join('\n')}\n`,
    daysText(report),
    topText('new terms', findings.newTerms),
    topText('hosts', findings.hosts),
    topText('users', findings.users),
    examplesText(findings.examples, terminal),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function spanText(report: RuleReport): string {
  const { fromMs, toMs } = reached(report)
  const often = perDay(report)
  const days = (toMs - fromMs) / dayMs
  const { first, last } = report.findings
  const span = often === undefined ? `${(days * 24).toFixed(1)} hours` : `${days.toFixed(1)} days`
  const rate = often === undefined ? '' : `: ${often} a day`
  const ends = first === undefined ? '' : `; first ${first}, last ${last}`
  return `in ${span}${rate}${ends}`
}

/** Undefined for less than a day: a rate of an hour says nothing about a day. */
function perDay(report: RuleReport): number | undefined {
  const { fromMs, toMs } = reached(report)
  const days = (toMs - fromMs) / dayMs
  return days < 1 ? undefined : Number((report.findings.alerts / days).toFixed(2))
}

function reached({ stretch, interruptedMs }: RuleReport): BacktestStretch {
  return { fromMs: stretch.fromMs, toMs: interruptedMs ?? stretch.toMs }
}

function said({ warnings, errors }: Findings, terminal: Pick<Terminal, 'tint'>): readonly string[] {
  const line = (tone: 'bad' | 'warning', word: string) => (one: Findings['errors'][number]) =>
    `  ${terminal.tint(tone, `${word}[${one.kind}]`)}: ${shown(one.message)} (${count(one.executions, 'execution')})`
  return [...errors.map(line('bad', 'error')), ...warnings.map(line('warning', 'warning'))]
}

/** Every day of the stretch, those without an alert too: a quiet day is part of how often. */
function daysOf(report: RuleReport): readonly (readonly [string, number])[] {
  const { byDay } = report.findings
  const { fromMs, toMs } = reached(report)
  const days = new Set(byDay.keys())
  if ((toMs - fromMs) / dayMs <= 400) {
    for (let ms = fromMs; ms <= toMs; ms += dayMs) days.add(iso(ms).slice(0, 10))
    days.add(iso(toMs).slice(0, 10))
  }
  return [...days].toSorted().map((day) => [day, byDay.get(day) ?? 0])
}

const barWidth = 40

function daysText(report: RuleReport): string {
  const days = daysOf(report)
  const most = Math.max(1, ...days.map(([, alerts]) => alerts))
  const width = Math.max(6, most.toLocaleString('en').length)
  const lines = days.map(([day, alerts]) => {
    const bar = '#'.repeat(Math.ceil((alerts / most) * barWidth))
    return `  ${day}  ${alerts.toLocaleString('en').padStart(width)}  ${bar}`.trimEnd()
  })
  return `  ${'DAY'.padEnd(10)}  ${'ALERTS'.padStart(width)}\n${lines.join('\n')}\n`
}

function topText(what: string, top: readonly Counted[]): string {
  if (top.length === 0) return ''
  const lines = top.map(
    ({ value, alerts }) => `  ${alerts.toLocaleString('en').padStart(8)}  ${shown(value)}`,
  )
  return `  most frequent ${what}\n${lines.join('\n')}\n`
}

function examplesText(
  examples: readonly Example[],
  terminal: Pick<Terminal, 'columns' | 'tint'>,
): string {
  return tableText(
    examples,
    [
      { title: '  EXAMPLE', value: ({ at }) => `  ${at}`, dispensable: 0 },
      { title: 'SEVERITY', value: ({ severity }) => severity, dispensable: 2 },
      { title: 'NEW', value: ({ newTerms }) => newTerms, dispensable: 1 },
      { title: 'REASON', value: ({ reason }) => reason, dispensable: 0 },
    ],
    terminal,
  )
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
