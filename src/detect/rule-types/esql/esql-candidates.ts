import { eventAlertId, resultAlertId, rowAlertId, withoutField } from '#alert'
import type { JsonObject, JsonValue } from '#base'
import type { EventDocument } from '#event'
import { cellJson, type EsqlPlan, type Row } from '#query'
import { eventMsOf } from '../../execution/event-time.ts'
import { eventsOfWindow } from '../../execution/window-events.ts'
import type { Candidate, WindowSearch } from '../../rule-type.ts'

/** Candidates that are handed over at a time. */
const candidatesAtATime = 100

/** A candidate for each row of the answer over a window's events, in the answer's order. */
export async function* esqlCandidates(
  plan: EsqlPlan,
  search: WindowSearch,
): AsyncGenerator<readonly Candidate[]> {
  for await (const rows of plan.run(eventsOfWindow(search))) {
    for (let at = 0; at < rows.length; at += candidatesAtATime) {
      const some = rows.slice(at, at + candidatesAtATime)
      yield some.map((row) => rowCandidate(row, plan, search))
    }
  }
}

/** What METADATA gives names a document and says nothing of it. */
const identity: ReadonlySet<string> = new Set(['_id', '_index', '_version', '_source', '_ignored'])

/**
 * A row as a candidate. One of a document, whose `_id` the answer keeps, is that document with the row's
 * columns in it, and alerts once, whichever window finds it. Any other is its columns alone, and its window's.
 */
export function rowCandidate(row: Row, plan: EsqlPlan, search: WindowSearch): Candidate {
  const { owner, window, time } = search
  const members = membersOf(row, plan)
  const { event } = row
  const eventMs = (event && eventMsOf(event.source, time)) ?? window.toMs
  const expanded = plan.expanded.map(({ slot }) => row.cells[slot] ?? null)
  if (event !== undefined && plan.identifiesDocuments) {
    const source = Object.keys(members).reduce<JsonObject>(withoutField, event.source)
    const alertId =
      expanded.length === 0 ? eventAlertId(event, owner) : rowAlertId(event, expanded, owner)
    return { event: { ...event, source: { ...source, ...members } }, eventMs, alertId, extras: {} }
  }
  const found: JsonValue =
    event === undefined ? [members] : [members, event.index, event.id, expanded]
  const alertId = resultAlertId(found, window, owner)
  const nobodySent: EventDocument = { index: '', id: alertId, source: members }
  return { event: nobodySent, eventMs, alertId, extras: {} }
}

/** What a row says, without columns that are empty in it. */
function membersOf(row: Row, plan: EsqlPlan): JsonObject {
  return Object.fromEntries(
    plan
      .membersOf(row)
      .filter(([name, cell]) => cell !== null && !identity.has(name))
      .map(([name, cell, type]) => [name, cellJson(cell, type)]),
  )
}
