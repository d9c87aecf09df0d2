import { describe } from 'vitest'
import { describeDerived } from './conformance/derived.fixture.ts'
import { describeDocuments } from './conformance/documents.fixture.ts'
import { describeEventAgreement } from './conformance/event-agreement.fixture.ts'
import { describeEvents } from './conformance/events.fixture.ts'
import { describeEventTallies } from './conformance/event-tallies.fixture.ts'
import { describeHostileEvents } from './conformance/hostile-events.fixture.ts'
import type { OpenStore } from './conformance/support.fixture.ts'

/**
 * The suite that every backend passes: what the contracts promise, and agreement with the memory store. `runs`: how many
 * random stores it is compared over; fewer where making one takes seconds.
 */
export function describeStore(
  name: string,
  open: OpenStore,
  { runs = 40 }: { readonly runs?: number } = {},
): void {
  describe(name, () => {
    describeEvents(open)
    describeEventTallies(open)
    describeHostileEvents(open)
    describeEventAgreement(open, runs)
    describeDocuments(open, runs)
    describeDerived(open)
  })
}
