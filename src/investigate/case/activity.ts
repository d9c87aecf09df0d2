import type { CollectionSpec, DocumentStore } from '#store'
import { latestOf } from './latest-of.ts'

/** What can happen to an alert after it was told. */
export type ActivityKind = 'status' | 'note' | 'guide' | 'exception' | 'evidence' | 'response'

/** Something that was done with an alert. */
export interface Activity {
  readonly alertId: string
  readonly atMs: number
  readonly who: string
  readonly kind: ActivityKind
  /** What, in a few words that follow the name: `closed it as false_positive`. */
  readonly what: string
}

/** What was done with alerts, by whom. */
export interface ActivityBook {
  /** Writes down what was done, all in one step. */
  record(done: readonly Activity[]): Promise<void>
  /** The newest two hundred of an alert, newest first. */
  of(alertId: string): Promise<readonly Activity[]>
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptActivity = {
  readonly alert_id: string
  readonly at_ms: number
  readonly who: string
  readonly kind: ActivityKind
  readonly what: string
}

const activityCollection: CollectionSpec<KeptActivity> = {
  name: 'alert_activity',
  keys: { alert_id: ({ alert_id: id }) => id, at_ms: ({ at_ms: atMs }) => atMs },
}

/** An {@link ActivityBook} in a store; `newId` gives an id that was never given before. */
export function activityBook(documents: DocumentStore, newId: () => string): ActivityBook {
  const kept = documents.collection(activityCollection)
  return {
    async record(done) {
      if (done.length === 0) return
      const bodies = done.map(({ alertId, atMs, who, kind, what }) => ({
        id: newId(),
        body: { alert_id: alertId, at_ms: atMs, who, kind, what },
      }))
      await kept.create(bodies)
    },
    of: async (alertId) =>
      (await latestOf(kept, alertId)).map(({ body }) => ({
        alertId,
        atMs: body.at_ms,
        who: body.who,
        kind: body.kind,
        what: body.what,
      })),
  }
}
