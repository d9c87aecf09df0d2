import { describe } from 'vitest'
import { describeDerived } from './conformance/derived.fixture.ts'
import { describeDocuments } from './conformance/documents.fixture.ts'
import { describeEventAgreement } from './conformance/event-agreement.fixture.ts'
import { describeEvents } from './conformance/events.fixture.ts'
import { describeEventTallies } from './conformance/event-tallies.fixture.ts'
import { describeHostileEvents } from './conformance/hostile-events.fixture.ts'
import type { OpenStore } from './conformance/support.fixture.ts'

/** The suite that every backend passes: what the contracts promise, and agreement with the memory store. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describeEvents(open)
    describeEventTallies(open)
    describeHostileEvents(open)
    describeEventAgreement(open)
    describeDocuments(open)
    describeDerived(open)
  })
}
