import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, silentLogger } from '#base'
import { createEngine } from '#detect'
import { openStore } from '#store'
import { installedFields } from '../installed-fields.ts'
import { progressLine } from '../hunting/progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Feed } from './feed.ts'

/**
 * Events, rules and exceptions of a data directory that no server holds. It is held meanwhile, as a server
 * would hold it, and nothing in it is changed. Faults: `not-found` where there is none, and those of
 * opening it: `store.locked` while somebody else has it.
 */
export async function storeFeed(directory: string, terminal: Terminal): Promise<Feed> {
  // Opening makes what is not there: a slip in the name must not leave an empty store behind.
  await access(join(directory, 'documents.db')).catch((cause: unknown) => {
    const message = `there is no data of Vedette in ${directory}`
    throw new Fault('not-found', 'backtest.no-data', message, { cause })
  })
  const { clock, signal } = terminal
  const store = await openStore({ kind: 'embedded', directory, clock })
  const engine = createEngine({ store, clock, logger: silentLogger })
  return {
    installedOf: ({ ruleId }) => engine.rules.byRuleId(ruleId),
    exceptionsOf: (rule) => engine.exceptions.of(rule),
    close: () => store.close(),
    async read({ take, keptUp }) {
      const { events: total } = await store.events.facts()
      const progress = progressLine(terminal, storeProgress)
      let events = 0
      const pages = store.events.search({
        indices: ['*', '.*'],
        filter: { kind: 'all' },
        context: { fields: installedFields(), nowMs: clock.nowMs() },
        order: 'sequence',
      })
      for await (const page of pages) {
        if (signal.aborted) break
        for (const event of page) take(event)
        events += page.length
        await keptUp()
        progress.tell({ events, total })
      }
      progress.clear()
      return { unreadable: 0 }
    },
  }
}

function storeProgress({
  events,
  total,
}: {
  readonly events: number
  readonly total: number
}): string {
  return `reading ${events.toLocaleString('en')} of ${total.toLocaleString('en')} events`
}
