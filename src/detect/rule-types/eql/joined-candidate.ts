import { sequenceAlertIds, sharedMembers } from '#alert'
import type { EventDocument } from '#event'
import type { Candidate, WindowSearch } from '../../rule-type.ts'
import { eventMsOf } from '../../execution/event-time.ts'
import type { EventName } from './staged-events.ts'

/** Candidates that are handed over at a time. */
const candidatesAtATime = 100

/**
 * Candidates for series or groups of events, in pages. One of whose events retention took while the others
 * were found makes none.
 */
export async function* joinedCandidates(
  found: readonly { readonly events: readonly EventName[] }[],
  search: WindowSearch,
): AsyncGenerator<readonly Candidate[]> {
  for (let at = 0; at < found.length; at += candidatesAtATime) {
    const page: Candidate[] = []
    for (const { events: names } of found.slice(at, at + candidatesAtATime)) {
      const events = await documentsOf(names, search)
      if (events !== undefined) page.push(candidateOf(events, search))
    }
    yield page
  }
}

async function documentsOf(
  names: readonly EventName[],
  { reader }: WindowSearch,
): Promise<readonly EventDocument[] | undefined> {
  const events: EventDocument[] = []
  for (const { index, id } of names) {
    const event = await reader.get(index, id)
    if (event === undefined) return undefined
    events.push(event)
  }
  return events
}

function candidateOf(events: readonly EventDocument[], { owner, time }: WindowSearch): Candidate {
  const ids = sequenceAlertIds(events, owner)
  const times = events.map(({ source }) => eventMsOf(source, time) ?? 0)
  return {
    event: { index: '', id: ids.shell, source: sharedMembers(events.map(({ source }) => source)) },
    eventMs: Math.max(...times),
    alertId: ids.shell,
    extras: {},
    sequence: { events, ids },
  }
}
