import { hashOf } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'
import { latestOf } from './latest-of.ts'

/** What a person found at a step of a guide. */
export type TickState = 'done' | 'suspicious' | 'not-applicable'

/** A step of a guide that somebody answered for an alert. */
export interface GuideTick {
  /** The text of the step: a guide that changes keeps the answers of what stays. */
  readonly step: string
  readonly state: TickState
  readonly by: string
  readonly atMs: number
}

/** The ticks of alerts. */
export interface TickBook {
  of(alertId: string): Promise<readonly GuideTick[]>
  set(alertId: string, tick: GuideTick): Promise<void>
  clear(alertId: string, step: string): Promise<void>
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptTick = {
  readonly alert_id: string
  readonly step: string
  readonly state: TickState
  readonly by: string
  readonly at_ms: number
}

const tickCollection: CollectionSpec<KeptTick> = {
  name: 'guide_ticks',
  keys: { alert_id: ({ alert_id: id }) => id, at_ms: ({ at_ms: atMs }) => atMs },
}

/** A {@link TickBook} in a store. */
export function tickBook(documents: DocumentStore): TickBook {
  const kept = documents.collection(tickCollection)
  const idOf = (alertId: string, step: string): string => hashOf(alertId, step)
  return {
    of: async (alertId) =>
      (await latestOf(kept, alertId)).map(({ body }) => ({
        step: body.step,
        state: body.state,
        by: body.by,
        atMs: body.at_ms,
      })),
    async set(alertId, { step, state, by, atMs }) {
      await kept.put(idOf(alertId, step), { alert_id: alertId, step, state, by, at_ms: atMs })
    },
    async clear(alertId, step) {
      await kept.delete(idOf(alertId, step))
    },
  }
}
