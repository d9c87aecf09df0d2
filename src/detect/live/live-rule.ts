import { alertBuilder, type Alert, type AlertBuilder } from '#alert'
import { compileIndexPatterns, ecsCatalogue, type EventDocument, type IndexFilter } from '#event'
import type { AskedFilter } from '#query'
import { withAlertAliases } from '../execution/alert-patterns.ts'
import { alertWriter } from '../execution/alert-writer.ts'
import { effectiveFilter } from '../execution/effective-filter.ts'
import { filterMeaning } from '../execution/filter-meaning.ts'
import { exceptedBy } from '../execution/excepting.ts'
import { timeFieldsOf } from '../execution/event-time.ts'
import {
  asksForIdentity,
  compileDocumentFilter,
  withoutIdentity,
} from '../execution/identity-fields.ts'
import { ownAlerts } from '../execution/own-alerts.ts'
import { indicesOf } from '../execution/preflight.ts'
import { readyRule } from '../execution/ready-rule.ts'
import { ownWindowOf } from '../execution/rule-window.ts'
import { windowNotes } from '../execution/window-notes.ts'
import type { DetectionWorld } from '../execution/world.ts'
import type { EarlyAnswers, WindowSearch } from '../rule-type.ts'
import type { RosterRule } from '../roster.ts'
import { executionUuidOf } from '../schedule/scheduler.ts'

/** What early answers are made in. */
export type LiveWorld = DetectionWorld

/** A rule that answers for its next scheduled execution. */
export interface LiveRule {
  /** What every event satisfies that the rule may mean. */
  readonly asked: AskedFilter
  /** Takes new documents of indices that the rule learns from, whether it reads them or not; absent: it learns from none. */
  readonly learn: ((documents: readonly EventDocument[]) => void) | undefined
  /** Stores the alerts that the coming execution, asked now, would make of events that satisfy `asked`. */
  answer(events: readonly EventDocument[]): Promise<{ readonly created: number }>
  /** What it remembers, and for which filter that holds. */
  readonly memory: { readonly key: string; readonly dueMs: number; readonly early: EarlyAnswers }
}

/**
 * Prepares a rule's early answers for the execution due next. Undefined for a rule that leaves everything
 * to its scheduled executions: one that cannot run, or one whose alerts stand for many events of a window
 * and so are known only at its end, by its type or by suppression.
 */
export async function prepareLiveRule(
  world: LiveWorld,
  { installed, runnable: compiled }: RosterRule,
  at: {
    readonly nowMs: number
    /** When the execution is due that it answers for. */
    readonly dueMs: number
    readonly before: LiveRule | undefined
  },
): Promise<LiveRule | undefined> {
  const runnable = await readyRule(compiled, world.savedQueries)
  if (!runnable.ok || runnable.value.suppression !== undefined) return undefined
  const { earlyAnswers } = runnable.value
  if (earlyAnswers === undefined) return undefined
  if (runnable.value.problemAt?.(at.nowMs) !== undefined) return undefined
  const { dueMs } = at
  const window = ownWindowOf(installed.rule, dueMs)
  const indices = indicesOf(runnable.value.source, world)
  if (!window.ok || indices === undefined) return undefined
  const { items, valueLists } = await world.exceptionsOf(installed)
  const context = { fields: world.fields, nowMs: dueMs }
  const {
    filter,
    unexcepted,
    items: small,
    largeItems,
  } = effectiveFilter({
    filter: runnable.value.filter,
    exceptions: items,
    valueLists,
    settings: world.settings,
    context,
    readsDocuments: runnable.value.readsDocuments,
  })
  const search: WindowSearch = {
    owner: { ruleUuid: installed.uuid, space: world.space },
    window: window.value,
    dueMs,
    time: timeFieldsOf(installed.rule),
    indices,
    filter,
    context,
    reader: world.reader,
    lookUps: world.reader,
    history: world.history,
    notes: windowNotes(world.windowNotes, installed, 'scheduled'),
    ownAlerts: (read) =>
      ownAlerts(world.alerts, {
        ruleUuid: installed.uuid,
        memory: 'scheduled',
        isFirst: false,
        window: read,
      }),
    maxAlerts: Math.min(installed.rule.maxAlerts, world.maxAlertsLimit),
    signal: new AbortController().signal,
    // The execution that is due reads the same events and tells of them.
    warn: () => undefined,
    noteSearch: () => undefined,
  }
  // A rule set sees documents, not their names: what a filter asks of these is asked afterwards.
  const matches = asksForIdentity(unexcepted)
    ? compileDocumentFilter(unexcepted, context)
    : () => true
  const isExcepted = exceptedBy([...small, ...largeItems], (itemId, event) =>
    world.excepted.note(itemId, event, installed.uuid),
  )
  const isMeant = (event: EventDocument) => matches(event) && !isExcepted(event)
  const learnsFrom = indexMemory(
    compileIndexPatterns(withAlertAliases(runnable.value.learnsFrom ?? [])),
  )
  const key = memoryKey(search, dueMs)
  const kept = at.before?.memory
  const remembers = kept !== undefined && kept.key === key && kept.dueMs <= dueMs
  const memory = {
    key,
    dueMs,
    early: remembers ? kept.early : earlyAnswers(at.nowMs),
  }
  const uuid = executionUuidOf(installed.uuid, dueMs)
  return {
    memory,
    asked: {
      filter: withoutIdentity(unexcepted),
      context,
      indices: withAlertAliases(indices),
    },
    learn:
      runnable.value.learnsFrom === undefined
        ? undefined
        : (documents) =>
            memory.early.learn?.(
              documents.filter(({ index }) => learnsFrom(index)),
              search,
            ),
    async answer(events) {
      const meant = events.filter(isMeant)
      if (meant.length === 0) return { created: 0 }
      const budget = await world.budgets.of(uuid, search.maxAlerts)
      // Events that pass by unanswered would make what is remembered untrue; answering costs look-ups.
      if (budget.left === 0) {
        memory.early = earlyAnswers(world.clock.nowMs())
        return { created: 0 }
      }
      const writer = alertWriter({
        alerts: world.alerts,
        build: builderOf(world, { installed, search, uuid, dueMs }),
        budget,
        loopGuard: runnable.value.guardsAgainstLoops ? installed.uuid : undefined,
        onCreated: (alerts: readonly Alert[]) => world.onCreated(alerts),
        nowMs: () => world.clock.nowMs(),
      })
      const candidates = await memory.early.answer(meant, search)
      return writer.write(await writer.fresh(candidates))
    },
  }
}

function builderOf(
  world: LiveWorld,
  {
    installed,
    search,
    uuid,
    dueMs,
  }: {
    readonly installed: RosterRule['installed']
    readonly search: WindowSearch
    readonly uuid: string
    readonly dueMs: number
  },
): AlertBuilder {
  return alertBuilder({
    rule: installed,
    fields: ecsCatalogue(),
    space: world.space,
    indices: search.indices,
    execution: { uuid, kind: 'scheduled', startedAtMs: dueMs },
    createdMs: world.clock.nowMs(),
    productVersion: world.productVersion,
    ...(world.publicBaseUrl === undefined ? {} : { publicBaseUrl: world.publicBaseUrl }),
  })
}

/** Everything on which the truth of remembered sightings depends. */
function memoryKey(search: WindowSearch, dueMs: number): string {
  const { key, isOfTheMoment } = filterMeaning(search.filter)
  return JSON.stringify([
    key,
    search.indices,
    search.time,
    search.context.fields.version,
    isOfTheMoment ? dueMs : 0,
  ])
}

/** So many index names are remembered; beyond that each is looked at anew. */
const maxIndexNames = 10_000

function indexMemory(matches: IndexFilter): IndexFilter {
  const known = new Map<string, boolean>()
  return (index) => {
    const answer = known.get(index)
    if (answer !== undefined) return answer
    const fresh = matches(index)
    if (known.size < maxIndexNames) known.set(index, fresh)
    return fresh
  }
}
