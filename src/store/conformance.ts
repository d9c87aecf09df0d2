import { describe } from 'vitest'
import type { Clock } from '#base'
import { describeDocuments } from './conformance/documents.ts'
import { describeEventAgreement } from './conformance/event-agreement.ts'
import { describeEvents } from './conformance/events.ts'
import { describeHostileEvents } from './conformance/hostile-events.ts'
import type { Store } from './store.ts'

/** Opens a new, empty store of the backend under test; the suite closes it. */
export type OpenStore = (options: { readonly clock: Clock }) => Promise<Store>

/** The suite that every backend passes: what the contracts promise, and agreement with the memory store. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describeEvents(open)
    describeHostileEvents(open)
    describeEventAgreement(open)
    describeDocuments(open)
  })
}
