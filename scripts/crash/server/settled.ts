import { systemClock } from '#base'
import type { RunningServer } from '../../../test/support/running-server.ts'
import { batchEvents, plannedIndex } from './planned-events.ts'

/** What a server holds once nothing is left to be done. */
export interface Settled {
  /** Ids of stored events, sorted; doubles stand twice. */
  readonly events: readonly string[]
  /** What each alert is about, sorted; doubles stand twice. */
  readonly alerts: readonly string[]
}

const pageEvents = 5_000

/** Everything that a server holds of the plan, once every rule has run over everything again. */
export async function settled(server: RunningServer, batches: number): Promise<Settled> {
  for (const { id, enabled } of (await server.api.listRules({})).rules) {
    if (!enabled) continue
    const { status, errors } = await server.api.runRule({ id })
    if (status !== 'succeeded') throw new Error(`a rule ended as ${status}: ${errors.join('; ')}`)
  }
  return { events: await keptIds(server, batches), alerts: await alertsOf(server) }
}

async function keptIds(server: RunningServer, batches: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let from = 0; from < batches * batchEvents; from += pageEvents) {
    const query = `number >= ${from} and number < ${from + pageEvents}`
    const { events } = await server.api.searchEvents({ query, limit: 10_000, index: plannedIndex })
    ids.push(...events.map(({ id }) => id))
  }
  const { store } = await server.api.getStatus({})
  if (store.events !== ids.length) {
    throw new Error(`the server counts ${store.events} events, and finds ${ids.length}`)
  }
  return ids.toSorted()
}

/** What each alert is about: its rule, and the event, the new term or the pair that it tells of. */
export async function alertsOf(server: RunningServer): Promise<readonly string[]> {
  const about: string[] = []
  let after: string | undefined
  do {
    const page = await server.api.listAlerts({
      limit: 1_000,
      ...(after !== undefined && { after }),
    })
    for (const { document } of page.alerts) {
      const what = document['kibana.alert.new_terms'] ?? document['pair'] ?? document['number']
      about.push(`${String(document['kibana.alert.rule.rule_id'])} ${JSON.stringify(what)}`)
    }
    after = page.next
  } while (after !== undefined)
  return about.toSorted()
}

/**
 * Lets every rule execute, and then make good what it could not reach: time that it was too long away to read is a gap
 * that the server tells.
 */
export async function fillGaps(server: RunningServer): Promise<void> {
  for (const { id } of (await server.api.listRules({})).rules) await server.api.runRule({ id })
  await server.api.fillGaps({ body: {} })
  for (;;) {
    const { runs } = await server.api.listRuns({ state: ['waiting', 'running'] })
    if (runs.length === 0) return
    await systemClock.sleep(100)
  }
}
