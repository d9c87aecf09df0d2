import type { Clock } from '#base'
import type { Store } from '../store.ts'
import { memoryDerivedStore } from './memory-derived-store.ts'
import { memoryDocumentStore } from './memory-document-store.ts'
import { memoryEventStore } from './memory-event-store.ts'

/** A store that lives in this process alone and is gone when it ends. Runs anywhere. */
export function memoryStore({ clock }: { readonly clock: Clock }): Store {
  const events = memoryEventStore({ clock })
  const documents = memoryDocumentStore()
  return {
    events,
    documents,
    derived: memoryDerivedStore(),
    close: async () => {
      await events.close()
      await documents.close()
    },
  }
}
