import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock, silentLogger } from '#base'
import { createEngine, type Engine } from '#detect'
import type { EventDocument } from '#event'
import { openStore, type Store } from '#store'
import { fileFeed } from '../backtesting/file-feed.ts'
import { installedFields } from '../installed-fields.ts'
import type { Terminal } from '../terminal.ts'

/** Where events lie that name no index, unless something else is said: no rule reads it. */
const namelessIndex = 'nameless'

const portionEvents = 1_000

/** Works with an engine over the events of files, kept on disk meanwhile and removed at the end. */
export async function withEventsOf<T>(
  paths: readonly string[],
  { terminal, index }: { readonly terminal: Terminal; readonly index: string | undefined },
  work: (engine: Engine) => Promise<T>,
): Promise<{ readonly answer: T; readonly unreadable: number }> {
  const { clock } = terminal
  const directory = await mkdtemp(join(tmpdir(), 'vedette-readiness-'))
  try {
    const store = await openStore({ kind: 'embedded', directory, clock })
    try {
      const read = await fill(store, paths, { terminal, index })
      const { indices } = await store.events.facts()
      const lastMs = Math.max(...indices.map((each) => each.lastMs ?? 0), 0)
      const engine = createEngine({
        store,
        // A file is judged as if its newest event had just come.
        clock: lastMs > 0 ? manualClock(lastMs) : clock,
        logger: silentLogger,
        fields: installedFields(),
      })
      return { answer: await work(engine), unreadable: read }
    } finally {
      await store.close()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Stores the events; gives how much could not be read or was refused. */
async function fill(
  store: Store,
  paths: readonly string[],
  { terminal, index }: { readonly terminal: Terminal; readonly index: string | undefined },
): Promise<number> {
  let waiting: EventDocument[] = []
  let refused = 0
  let nameless = 0
  const flush = async (): Promise<void> => {
    const portion = waiting
    waiting = []
    const outcomes = await store.events.append(portion)
    refused += outcomes.filter(({ status }) => status === 'refused').length
  }
  const feed = fileFeed(paths, { terminal, namelessIndex: index ?? namelessIndex })
  const { unreadable } = await feed.read({
    take(event) {
      if (event.index === namelessIndex) nameless++
      waiting.push(event)
    },
    keptUp: async () => {
      if (waiting.length >= portionEvents) await flush()
    },
  })
  await flush()
  if (nameless > 0) {
    terminal.err(
      `warning: ${nameless.toLocaleString('en')} events name no index, so no rule reads them: say where they belong with --index\n`,
    )
  }
  if (refused > 0) terminal.err(`warning: ${refused} events were refused by the store\n`)
  return unreadable + refused
}
