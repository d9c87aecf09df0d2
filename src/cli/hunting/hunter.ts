import { alertBuilder, sequenceAlertIds, type Alert } from '#alert'
import {
  parseDateMath,
  uuidOf,
  type Clock,
  type Diagnostic,
  type JsonObject,
  type Result,
} from '#base'
import {
  combinationsOf,
  compileRule,
  eventMsOf,
  termFieldOf,
  timeFieldsOf,
  type RunnableRule,
  type TermField,
} from '#detect'
import { eventTimeOf, type EventDocument } from '#event'
import { ordinaryRuleSet, ruleSet, type FilterPlan, type RuleSet } from '#query'
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
  /**
   * The time of an event that no rule is about, from its JSON text; undefined for a text that must be parsed
   * to tell: it is no event, one with other names, or one that a rule is about.
   */
  glance(json: Uint8Array): Result<number, string> | undefined
  /** The alerts that this event raises; events are shown in the order of the input. */
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
  /** By place in `hunting`. */
  const filters = ruleSet<number>(fields, { ...ordinaryRuleSet, reads: glancedFields })
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
    const filter = effectiveFilter(rule, runnable.value, { exceptions, nowMs })
    filters.put(hunting.length, { filter, context: { fields, nowMs } })
    hunting.push({ rule, ...judge, alertOf: alertMaker(rule, clock) })
  }
  return {
    running: hunting.map(({ rule }) => rule),
    idle,
    glance: (json) => glanceAt(json, filters),
    look: (event) => lookAt(event, hunting, filters),
    overfull: () => hunting.filter((one) => one.isOverfull()).map(({ rule }) => rule),
  }
}

/** What wraps events, or comes before them in bulk files: lines that have such members are parsed. */
const wrappings = ['_source', 'index', 'create']
const glancedFields = ['@timestamp', ...wrappings]

function glanceAt(json: Uint8Array, filters: RuleSet<number>): Result<number, string> | undefined {
  const places = filters.matchingJson(json)
  if (places === undefined || places.length > 0) return undefined
  if (wrappings.some((name) => filters.isPresent(name))) return undefined
  const time = filters.valuesOf('@timestamp')
  // Of several times the first counts, and slots do not keep the order of a document.
  if (typeof time === 'object') return undefined
  return eventTimeOf(time === undefined ? {} : { '@timestamp': time })
}

/** The alerts of an event, in the order of the rules. */
function lookAt(
  event: EventDocument,
  hunting: readonly HuntingRule[],
  filters: RuleSet<number>,
): readonly Alert[] {
  const places = filters.matching(event.source)
  if (places.length === 0) return none
  return places
    .toSorted((a, b) => a - b)
    .flatMap((place) => hunting[place] ?? [])
    .flatMap((rule) => rule.judge(event).map((finding) => rule.alertOf(finding)))
}

const none: readonly Alert[] = []

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
