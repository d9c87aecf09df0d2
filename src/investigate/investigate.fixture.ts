import { manualClock, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { openStore, type EventStore } from '#store'

/** Noon of a day in events of tests. */
export const noonMs = Date.UTC(2026, 2, 2, 12)

/** A time some minutes from noon. */
export function at(minutes: number): string {
  return new Date(noonMs + minutes * 60_000).toISOString()
}

/** Fields and time of tests. */
export const context = { fields: ecsCatalogue(), nowMs: noonMs }

/** A store that holds these events. */
export async function storeWith(...sources: readonly JsonObject[]): Promise<EventStore> {
  const { events } = await openStore({ kind: 'memory', clock: manualClock(noonMs) })
  await events.append(
    sources.map((source) => ({ index: 'logs-endpoint.events.process-default', source })),
  )
  return events
}
