import { alertBuilder, sequenceAlertIds, type Alert } from '#alert'
import { parseDateMath, uuidOf, type Clock, type Diagnostic, type JsonObject } from '#base'
import {
  combinationsOf,
  compileRule,
  eventMsOf,
  termFieldOf,
  timeFieldsOf,
  type RunnableRule,
  type TermField,
} from '#detect'
import type { EventDocument, EventSource } from '#event'
import { compileFilter, type FilterPlan } from '#query'
import { exceptionFilter, type ExceptionItem, type InstalledRule, type Rule } from '#rule'
import { productVersion } from '../version.ts'
import { installedFields } from '../installed-fields.ts'

/** A rule that cannot hunt, and why. */
export interface IdleRule {
  readonly rule: Rule
  readonly diagnostics: readonly Diagnostic[]
}

/** Rules at work on a stream of events. */
export interface Hunter {
  readonly running: readonly Rule[]
  readonly idle: readonly IdleRule[]
  /** Which events each of the running rules is about, in their order. */
  readonly filters: readonly FilterPlan[]
  /**
   * The alerts that an event raises which passes these filters, by their places, ascending. Events are shown in
   * the order of the input; those that pass none need not be.
   */
  judge(event: EventDocument, places: readonly number[]): readonly Alert[]
  /** The same for any event: asks each filter. */
  look(event: EventDocument): readonly Alert[]
  /** Rules that stopped following new combinations because memory for them ran out. */
  overfull(): readonly Rule[]
}

/** What all new-terms rules together remember: about 200 MB at the worst. */
const maxRemembered = 1_000_000

interface HuntingRule extends Judge {
  readonly rule: Rule
  alertOf(finding: Finding): Alert
}

/** What makes an alert: an event with what the rule adds to it, or the events of a sequence. */
type Finding =
  | { readonly event: EventDocument; readonly extras: JsonObject }
  | { readonly events: readonly EventDocument[] }

interface Judge {
  /** What comes with an event that passes the rule's filter. */
  judge(event: EventDocument): readonly Finding[]
  isOverfull(): boolean
}

/** Makes rules ready to hunt. Exception items apply to the rules that name their list. */
export function createHunter(
  rules: readonly Rule[],
  { exceptions, clock }: { readonly exceptions: readonly ExceptionItem[]; readonly clock: Clock },
): Hunter {
  const nowMs = clock.nowMs()
  const fields = installedFields()
  const memory = { remembered: 0 }
  const idle: IdleRule[] = []
  const hunting: HuntingRule[] = []
  const filters: FilterPlan[] = []
  for (const rule of rules) {
    const runnable = compileRule(rule, fields)
    if (!runnable.ok) {
      idle.push({ rule, diagnostics: runnable.error })
      continue
    }
    const judge = judgeOf(rule, runnable.value, { memory, nowMs })
    if (typeof judge === 'string') {
      idle.push({ rule, diagnostics: [plainDiagnostic(judge)] })
      continue
    }
    filters.push(effectiveFilter(rule, runnable.value, { exceptions, nowMs }))
    hunting.push({ rule, ...judge, alertOf: alertMaker(rule, clock) })
  }
  let matchers: readonly ((source: EventSource) => boolean)[] | undefined
  const judge: Hunter['judge'] = (event, places) =>
    places
      .flatMap((place) => hunting[place] ?? [])
      .flatMap((rule) => rule.judge(event).map((finding) => rule.alertOf(finding)))
  return {
    running: hunting.map(({ rule }) => rule),
    idle,
    filters,
    judge,
    look(event) {
      matchers ??= filters.map((filter) => compileFilter(filter, { fields, nowMs }))
      return judge(
        event,
        matchers.flatMap((matches, place) => (matches(event.source) ? [place] : [])),
      )
    },
    overfull: () => hunting.filter((one) => one.isOverfull()).map(({ rule }) => rule),
  }
}

function plainDiagnostic(message: string): Diagnostic {
  return { code: 'hunt.cannot-run', severity: 'error', message, span: { start: 0, end: 0 } }
}

function effectiveFilter(
  rule: Rule,
  { filter }: RunnableRule,
  { exceptions, nowMs }: { readonly exceptions: readonly ExceptionItem[]; readonly nowMs: number },
): FilterPlan {
  const lists = new Set(rule.exceptionsList.map(({ listId }) => listId))
  const items = exceptions.filter(({ listId }) => lists.has(listId))
  if (items.length === 0) return filter
  return { kind: 'and', of: [filter, exceptionFilter(items, [], { nowMs }).filter] }
}

function judgeOf(
  rule: Rule,
  { alertsOnEachEvent, sequenceStream }: RunnableRule,
  { memory, nowMs }: { readonly memory: { remembered: number }; readonly nowMs: number },
): Judge | string {
  const { params } = rule
  if (params.type === 'saved_query' && params.query === undefined) {
    return withoutQuery(params.savedId)
  }
  if (alertsOnEachEvent) return everyEvent
  if (sequenceStream !== undefined) {
    const context = { fields: installedFields(), nowMs }
    const stream = sequenceStream({ context, time: timeFieldsOf(rule) })
    return {
      judge: (event) => stream.take(event).map((events) => ({ events })),
      isOverfull: () => stream.forgotten() > 0,
    }
  }
  if (params.type === 'eql')
    return onlyBacktested('samples, pipes and what nothing may precede or follow')
  if (params.type !== 'new_terms') return onlyBacktested(`rules of type ${params.type}`)
  const read = params.newTermsFields.map((name) => termFieldOf(name, installedFields()))
  const wrong = read.find((field) => typeof field === 'string')
  if (wrong !== undefined) return wrong
  const fields = read.filter((field): field is TermField => typeof field !== 'string')
  const historyStart = historyStartOf(params.historyWindowStart, nowMs)
  if (historyStart === undefined)
    return `history_window_start ${params.historyWindowStart} is no time`
  return newTermsJudge(rule, { fields, historyStart, memory })
}

/** Whatever passes the filter alerts. */
const everyEvent: Judge = {
  judge: (event) => [{ event, extras: {} }],
  isOverfull: () => false,
}

function withoutQuery(savedId: string): string {
  return `saved query ${savedId} lies in an installation; a hunt knows the queries that rules say themselves`
}

function onlyBacktested(what: string): string {
  return `${what} ask about whole windows or other indices, which a hunt does not have: use vedette rule backtest`
}

/** Where the history of an event at some time begins, epoch milliseconds. */
type HistoryStart = (eventMs: number) => number

function historyStartOf(text: string, nowMs: number): HistoryStart | undefined {
  const startMs = parseDateMath(text, { nowMs })
  if (startMs === undefined) return undefined
  if (!text.trim().startsWith('now')) return () => startMs
  return (eventMs) => parseDateMath(text, { nowMs: eventMs }) ?? eventMs
}

function newTermsJudge(
  rule: Rule,
  {
    fields,
    historyStart,
    memory,
  }: {
    readonly fields: readonly TermField[]
    readonly historyStart: HistoryStart
    readonly memory: { remembered: number }
  },
): Judge {
  const lastSeenMs = new Map<string, number>()
  const time = timeFieldsOf(rule)
  let overfull = false
  return {
    isOverfull: () => overfull,
    judge(event) {
      const eventMs = eventMsOf(event.source, time)
      if (eventMs === undefined) return []
      const fresh: Finding[] = []
      const fromMs = historyStart(eventMs)
      for (const { key, terms } of combinationsOf(event.source, fields)) {
        const seenMs = lastSeenMs.get(key)
        if (seenMs === undefined) {
          if (memory.remembered >= maxRemembered) {
            overfull = true
            break
          }
          memory.remembered++
        }
        if (seenMs === undefined || seenMs < fromMs) {
          fresh.push({ event, extras: { 'kibana.alert.new_terms': terms } })
        }
        if (seenMs === undefined || seenMs < eventMs) lastSeenMs.set(key, eventMs)
      }
      return fresh
    },
  }
}

/** Alerts as the engine makes them, under ids that say which rule, which events and which terms; no building blocks. */
function alertMaker(rule: Rule, clock: Clock): HuntingRule['alertOf'] {
  const nowMs = clock.nowMs()
  const at = new Date(nowMs).toISOString()
  const uuid = uuidOf('hunt', rule.ruleId)
  const space = 'default'
  const installed: InstalledRule = {
    uuid,
    rule,
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'hunt',
    updatedAt: at,
    updatedBy: 'hunt',
  }
  const build = alertBuilder({
    rule: installed,
    fields: installedFields(),
    space,
    indices: [],
    execution: {
      uuid: uuidOf('hunt-execution', rule.ruleId, at),
      kind: 'manual',
      startedAtMs: nowMs,
    },
    createdMs: nowMs,
    productVersion: productVersion(),
  })
  return (finding) => {
    if ('events' in finding) {
      const { events } = finding
      return build.shellOf({ events, ids: sequenceAlertIds(events, { ruleUuid: uuid, space }) })
    }
    const { event, extras } = finding
    const terms = JSON.stringify(extras['kibana.alert.new_terms'] ?? [])
    return build.ofEvent({ event, extras, id: uuidOf(uuid, event.index, event.id, terms) })
  }
}
